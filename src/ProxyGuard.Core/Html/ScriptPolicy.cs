namespace ProxyGuard.Core.Html;

/// <summary>One content security policy, read for one question: may an external script of the own origin stand in the page?</summary>
internal sealed class ScriptPolicy
{
    private static readonly string[] ScriptDirectives = ["script-src-elem", "script-src", "default-src"];

    // Null: the policy says nothing about scripts. Empty is the same as 'none'.
    private readonly string[]? _sources;
    private readonly bool _isSandboxed;

    private ScriptPolicy(string[]? sources, bool isSandboxed)
    {
        _sources = sources;
        _isSandboxed = isSandboxed;
        Nonces = [.. (sources ?? []).Select(NonceOf).OfType<string>()];
    }

    public string[] Nonces { get; }

    /// <summary>CSP Level 3, section 2.2.1: directives separated by semicolons; of two with the same name the first counts.</summary>
    public static ScriptPolicy Parse(ReadOnlySpan<char> policy)
    {
        Dictionary<string, string[]> directives = new(StringComparer.OrdinalIgnoreCase);
        foreach (Range range in policy.Split(';'))
        {
            string[] words = policy[range].ToString().Split((char[])[' ', '\t', '\n', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                directives.TryAdd(words[0], words[1..]);
        }

        string? effective = ScriptDirectives.FirstOrDefault(directives.ContainsKey);
        bool isSandboxed = directives.TryGetValue("sandbox", out string[]? permissions)
            && !permissions.Contains("allow-scripts", StringComparer.OrdinalIgnoreCase);
        return new ScriptPolicy(effective is null ? null : directives[effective], isSandboxed);
    }

    public bool Allows(ScriptAddress script, string? nonce)
    {
        if (_isSandboxed)
            return false;
        if (_sources is null || (nonce is not null && Nonces.Contains(nonce)))
            return true;

        // With 'strict-dynamic' hosts and schemes count for nothing (CSP Level 3, section 6.7.1.1).
        return !_sources.Contains("'strict-dynamic'", StringComparer.OrdinalIgnoreCase) && _sources.Any(script.Matches);
    }

    private static string? NonceOf(string source)
    {
        const string Opening = "'nonce-";
        if (!source.StartsWith(Opening, StringComparison.OrdinalIgnoreCase) || !source.EndsWith('\''))
            return null;

        string nonce = source[Opening.Length..Math.Max(Opening.Length, source.Length - 1)];
        bool isUsable = nonce.Length is > 0 and <= ScriptAllowance.LongestNonce
            && nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_' or '=');
        return isUsable ? nonce : null;
    }
}
