using System.Globalization;
using System.Text;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// Text of others on its way to a log or a terminal. What would act there instead of being shown (line breaks, escape sequences, marks that
/// turn the direction of reading) is
/// written as an escape, which is also what JSON has for it.
/// </summary>
internal static class VisibleText
{
    /// <param name="keepsLines">Whether its line feeds are the writer's own, as in indented JSON.</param>
    public static string Of(string text, bool keepsLines = false)
    {
        int first = 0;
        while (first < text.Length && !Acts(text[first], keepsLines))
            first++;
        if (first == text.Length)
            return text;

        var visible = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (char letter in text.AsSpan(first))
        {
            if (Acts(letter, keepsLines))
                visible.Append(Escaped(letter));
            else
                visible.Append(letter);
        }

        return visible.ToString();
    }

    private static bool Acts(char letter, bool keepsLines) => char.GetUnicodeCategory(letter) switch
    {
        UnicodeCategory.Control => !keepsLines || letter != '\n',
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => false,
    };

    private static string Escaped(char letter) => letter switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => $"\\u{(int)letter:x4}",
    };
}

/// <summary>Writes lines: what is given to it at once stays on one, whatever is in it.</summary>
internal sealed class VisibleLines(TextWriter output) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => output.Write(VisibleText.Of(value ?? ""));

    public override void WriteLine(string? value) => output.WriteLine(VisibleText.Of(value ?? ""));

    public override Task WriteLineAsync(string? value) => output.WriteLineAsync(VisibleText.Of(value ?? ""));
}
