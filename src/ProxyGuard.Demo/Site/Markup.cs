using System.Globalization;
using System.Text.Encodings.Web;

namespace ProxyGuard.Demo.Site;

/// <summary>A piece of HTML. What is put into it is encoded, unless it is a piece of HTML itself.</summary>
internal readonly record struct Markup(string Html)
{
    public static readonly Markup None = new("");

    /// <summary>Format such numbers and dates as need it beforehand: a format in the braces has no effect.</summary>
    public static Markup Of(FormattableString text) =>
        new(string.Format(CultureInfo.InvariantCulture, text.Format, [.. text.GetArguments().Select(Encoded)]));

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Html)));

    public override string ToString() => Html;

    private static string Encoded(object? value) => value is Markup markup
        ? markup.Html
        : HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
