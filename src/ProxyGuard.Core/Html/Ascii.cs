namespace ProxyGuard.Core.Html;

/// <summary>The few byte classes of the HTML standard's tokenizer.</summary>
internal static class Ascii
{
    /// <summary>TAB, LF, FF, CR, SP. CR is one of them because the input stream turns it into LF (WHATWG HTML 13.2.3.5).</summary>
    public static bool IsSpace(byte b) => b is (byte)'\t' or (byte)'\n' or (byte)'\f' or (byte)'\r' or (byte)' ';

    public static bool IsLetter(byte b) => (byte)(b | 0x20) is >= (byte)'a' and <= (byte)'z';

    public static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
