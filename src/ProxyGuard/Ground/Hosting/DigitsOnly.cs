using System.Text;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Reads digits, and makes of everything else something that is no number. Kestrel takes "+5" and " 5" for a Content-Length, others do not;
/// only its encoding sees the bytes.
/// </summary>
internal sealed class DigitsOnly : Encoding
{
    private const char NoDigit = 'x';

    public static readonly DigitsOnly Instance = new();

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (int i = 0; i < byteCount; i++)
            chars[charIndex + i] = char.IsAsciiDigit((char)bytes[byteIndex + i]) ? (char)bytes[byteIndex + i] : NoDigit;
        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
