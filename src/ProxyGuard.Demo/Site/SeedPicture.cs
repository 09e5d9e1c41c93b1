using System.Globalization;
using System.Text;

namespace ProxyGuard.Demo.Site;

/// <summary>A drawn landscape: sky, sun and hills. The same number always draws the same picture.</summary>
internal sealed record SeedPicture(int Number, string Title, string Author, Palette Colors)
{
    private const int Width = 1200;
    private const int Height = 800;

    public static readonly IReadOnlyList<SeedPicture> All =
    [
        new(1, "First light over the bay", "heron", new("#1d3b6e", "#f7b267", "#fff1c9", "#274060")),
        new(2, "The long way home", "fern", new("#5f0f40", "#fb8b24", "#ffe8a3", "#3a0d2e")),
        new(3, "Fog in the valley", "otter", new("#8fb8c9", "#eef4f2", "#ffffff", "#4a6f79")),
        new(4, "Rapeseed in May", "wren", new("#4aa3df", "#dff3ff", "#fffbe0", "#d9a404")),
        new(5, "After the storm", "lynx", new("#22223b", "#9a8c98", "#f2e9e4", "#3c3a52")),
        new(6, "Heather, late August", "heron", new("#b8c0ff", "#ffd6e0", "#fff5f7", "#8e4a8c")),
        new(7, "Pines before snow", "fern", new("#37515f", "#d6e5e3", "#fdfdf7", "#17352f")),
        new(8, "Eleven at night, no moon needed", "otter", new("#0b132b", "#3a506b", "#e8f1f2", "#101f33")),
        new(9, "Copper evening", "wren", new("#7f2f1d", "#f3a35c", "#ffe1b0", "#4c1d14")),
        new(10, "The quiet side of the lake", "lynx", new("#2a9d8f", "#e9f5db", "#fffde7", "#1b5e57")),
        new(11, "Dunes, wind from the west", "heron", new("#7bb7d9", "#fbe8c6", "#fffaf0", "#c58b4a")),
        new(12, "Meadow at seven", "fern", new("#6fb98f", "#f4f9e9", "#fff9d6", "#2c7a4b")),
    ];

    public int Likes => Number * 7 % 23 + 3;

    public byte[] Svg()
    {
        var random = new Lcg(Number);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img">
            <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="{Colors.SkyAbove}"/><stop offset=".75" stop-color="{Colors.SkyBelow}"/></linearGradient>
            <radialGradient id="glow"><stop stop-color="{Colors.Sun}" stop-opacity=".9"/><stop offset="1" stop-color="{Colors.Sun}" stop-opacity="0"/></radialGradient></defs>
            <rect width="{Width}" height="{Height}" fill="url(#sky)"/>

            """);
        int x = random.Between(200, Width - 200);
        int y = random.Between(180, 380);
        svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x}" cy="{y}" r="260" fill="url(#glow)"/>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x}" cy="{y}" r="{random.Between(34, 62)}" fill="{Colors.Sun}"/>""");
        const int ranges = 5;
        for (int range = 0; range < ranges; range++)
        {
            // The far ranges let the sky shine through; the nearest is solid.
            double opacity = 0.25 + (0.75 * range / (ranges - 1));
            string ridge = Ridge(random, 400 + (range * 80), 90 - (range * 10));
            svg.Append(CultureInfo.InvariantCulture, $"""<path d="{ridge}" fill="{Colors.Hills}" fill-opacity="{opacity:0.##}"/>""");
        }
        return Encoding.UTF8.GetBytes(svg.Append("</svg>\n").ToString());
    }

    private static string Ridge(Lcg random, int level, int swing)
    {
        const int step = 150;
        int height = level + random.Between(-swing, swing);
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M0 {Height}V{height}"));
        for (int x = step; x <= Width; x += step)
        {
            int next = level + random.Between(-swing, swing);
            path.Append(CultureInfo.InvariantCulture, $"C{x - (step / 2)} {height} {x - (step / 2)} {next} {x} {next}");
            height = next;
        }
        return path.Append(CultureInfo.InvariantCulture, $"V{Height}Z").ToString();
    }

    // System.Random may draw another picture in another version of .NET; this one never does.
    private sealed class Lcg(int seed)
    {
        private uint _state = (uint)seed * 2654435761;

        public int Between(int low, int high)
        {
            _state = (_state * 1664525) + 1013904223;
            return low + (int)((_state >> 8) % (uint)(high - low + 1));
        }
    }
}

internal readonly record struct Palette(string SkyAbove, string SkyBelow, string Sun, string Hills);
