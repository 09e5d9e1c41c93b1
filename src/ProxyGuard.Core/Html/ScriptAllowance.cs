namespace ProxyGuard.Core.Html;

/// <summary>Whether a site's policies let the tag run.</summary>
/// <param name="IsGranted">False: the tag would only cause an error in the console.</param>
/// <param name="Nonce">To be copied into the tag; null if none is there. Only base64 characters, so it needs no escaping.</param>
public readonly record struct ScriptAllowance(bool IsGranted, string? Nonce)
{
    /// <summary>A longer nonce is not copied: the tag must stay short.</summary>
    public const int LongestNonce = 128;

    public static readonly ScriptAllowance Refused = new(false, null);

    /// <summary>
    /// Asks every enforced policy (CSP Level 3, sections 4.2 and 6.7.1.1): each must allow the tag, and it can carry one nonce.
    /// A nonce is preferred, because it also covers what the policy says of the host.
    /// </summary>
    /// <param name="headers">The values of all Content-Security-Policy lines; null ones are skipped.</param>
    /// <param name="script">The script's address as the browser will see it.</param>
    public static ScriptAllowance Ask(ReadOnlySpan<string?> headers, ScriptAddress script)
    {
        List<ScriptPolicy> policies = [];
        foreach (string? header in headers)
        {
            // A policy cannot contain a comma, quoted or not, so every comma begins another one (section 2.2.2).
            foreach (Range range in header.AsSpan().Split(','))
                policies.Add(ScriptPolicy.Parse(header.AsSpan(range)));
        }

        foreach (string nonce in policies.SelectMany(policy => policy.Nonces))
        {
            if (policies.TrueForAll(policy => policy.Allows(script, nonce)))
                return new ScriptAllowance(true, nonce);
        }

        return policies.TrueForAll(policy => policy.Allows(script, null)) ? new ScriptAllowance(true, null) : Refused;
    }
}
