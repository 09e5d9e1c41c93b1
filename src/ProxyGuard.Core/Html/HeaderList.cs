namespace ProxyGuard.Core.Html;

/// <summary>Comma-separated header values, RFC 9110 section 5.6.1, and the parameters behind them, section 5.6.6.</summary>
internal static class HeaderList
{
    /// <summary>Whether the list has this member, in any case and with any arguments (<c>name="x"</c>).</summary>
    public static bool Has(ReadOnlySpan<char> list, ReadOnlySpan<char> name) => TryFind(list, name, out _);

    /// <summary>The first member of this name, in any case.</summary>
    /// <param name="argument">What stands behind its <c>=</c>, with its quotes; empty where nothing does.</param>
    public static bool TryFind(ReadOnlySpan<char> list, ReadOnlySpan<char> name, out ReadOnlySpan<char> argument)
    {
        while (!list.IsEmpty)
        {
            argument = Cut(ref list, ',');
            if (Cut(ref argument, '=').Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        argument = [];
        return false;
    }

    /// <summary>Cuts off what stands before the separator and returns it trimmed; a separator within quotes is none.</summary>
    public static ReadOnlySpan<char> Cut(scoped ref ReadOnlySpan<char> text, char separator)
    {
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (isQuoted && text[i] == '\\')
                i++;
            else if (!isQuoted && text[i] == separator)
                return Take(ref text, i);
        }

        return Take(ref text, text.Length);
    }

    private static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> text, int length)
    {
        ReadOnlySpan<char> head = text[..length].Trim(" \t");
        text = text[Math.Min(length + 1, text.Length)..];
        return head;
    }
}
