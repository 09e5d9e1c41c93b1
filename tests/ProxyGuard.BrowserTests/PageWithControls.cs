using Microsoft.Playwright;

namespace ProxyGuard.BrowserTests;

/// <summary>Pages that keep something in its place: what could be used without the banner can be used beside it.</summary>
/// <param name="Body">The markup of the body.</param>
internal sealed record PageWithControls(string Name, int Width, int Height, string Body)
{
    /// <summary>What can be used, by name: each control is scrolled to and looked for at its centre.</summary>
    public const string UsableControls = """
        () => [...document.querySelectorAll('body a, body button, body input, body textarea')].filter(control => {
          control.scrollIntoView({ block: 'nearest' });
          const at = control.getBoundingClientRect();
          const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
          return top && (top === control || control.contains(top));
        }).map(control => control.id).join(' ')
        """;

    private const string Text = "<p style=\"height: 1200px\">Herons by the lake.</p><p><button id=\"post\">Post</button> <a id=\"more\" href=\"#\">More photos</a></p>";

    private static readonly string Navigation = Fixed("bottom: 0; left: 0; right: 0; height: 56px; display: flex; background: #eee",
        "<button id=\"home\" style=\"flex: 1\">Home</button><button id=\"search\" style=\"flex: 1\">Search</button>"
        + "<button id=\"upload\" style=\"flex: 1\">Upload</button><button id=\"me\" style=\"flex: 1\">Me</button>");

    public static readonly PageWithControls[] All =
    [
        new("a bottom navigation", 360, 640, Text + Navigation),
        new("a cookie consent", 1280, 800, Text + Fixed("bottom: 0; left: 0; right: 0; padding: 20px; background: #fed",
            "We use cookies. <button id=\"accept\">Accept</button> <button id=\"decline\">Decline</button>")),
        new("a cookie consent that takes half of a phone", 360, 640, Text + Fixed(
            "bottom: 0; left: 0; right: 0; height: 330px; background: #fed",
            "<p>We use cookies.</p><button id=\"accept\">Accept</button> <button id=\"decline\" style=\"position: absolute; bottom: 10px; right: 10px\">Decline</button>")),
        new("an application of one page", 360, 640, """
            <style>html, body { height: 100%; margin: 0; overflow: hidden } body { display: flex; flex-direction: column }</style>
            <header><button id="menu">Menu</button></header>
            <main style="flex: 1; overflow: auto"><p style="height: 900px">Messages</p><button id="older">Older</button></main>
            <footer style="display: flex"><input id="text" style="flex: 1"><button id="send">Send</button></footer>
            """),
        new("a large zoom", 320, 256, Text),
        new("a large zoom and a sticky head", 320, 256, "<header style=\"position: sticky; top: 0; background: #eee\"><button id=\"menu\">Menu</button></header>" + Text),
        new("a chat bubble", 1280, 800, Text + Fixed("right: 20px; bottom: 20px", "<button id=\"chat\" style=\"width: 56px; height: 56px\">Chat</button>")),
        new("something in each corner", 360, 400, Text + string.Concat(
            from corner in (string[])["left: 0; top: 0", "right: 0; top: 0", "left: 0; bottom: 0", "right: 0; bottom: 0"]
            select Fixed(corner, $"<button id=\"b{corner.Length}{corner[0]}\" style=\"width: 150px; height: 150px\">Menu</button>"))),
    ];

    public override string ToString() => Name;

    public PhotoPage ToPhotoPage() => new() { Body = Body };

    public ViewportSize Viewport => new() { Width = Width, Height = Height };

    private static string Fixed(string style, string inner) => $"<div style=\"position: fixed; {style}\">{inner}</div>";
}
