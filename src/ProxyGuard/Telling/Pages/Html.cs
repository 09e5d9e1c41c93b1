using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Telling.Pages;

/// <summary>
/// Markup that is safe to send. Every hole of <see cref="Of"/> is encoded unless it is markup itself, so that forgetting is not possible.
/// </summary>
/// <remarks>Holes belong into text and into attributes in double quotes, nowhere else.</remarks>
internal readonly record struct Html
{
    // Everything but what means something in HTML stays readable: ü, not &#xFC;.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    public static Html Nothing => default;

    /// <summary>Where a long text is put in while the page is sent: see <see cref="RenderedPage"/>.</summary>
    public static Html LongText => new(RenderedPage.LongText.ToString());

    public static Html Of(Template template) => new(template.Markup);

    public static Html Text(string text) => new(Encoder.Encode(text));

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts));

    /// <summary>A text with markup in its placeholders, as a moment in its time element.</summary>
    public static Html Say(Wording wording, string key, params ReadOnlySpan<(string Name, Html Value)> values)
    {
        var markups = new (string Name, string Value)[values.Length];
        for (int index = 0; index < values.Length; index++)
            markups[index] = (values[index].Name, values[index].Value.ToString());
        return new Html(Wording.Fill(Encoder.Encode(wording[key]), markups));
    }

    public override string ToString() => _markup ?? "";

    /// <summary>What the compiler makes of an interpolated string that is given to <see cref="Of"/>.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Template(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _markup = new(literalLength + formattedCount * 32);

        public string Markup => _markup.ToString();

        public void AppendLiteral(string literal) => _markup.Append(literal);

        public void AppendFormatted(Html markup) => _markup.Append(markup.ToString());

        public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(long number) => _markup.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number}");
    }
}
