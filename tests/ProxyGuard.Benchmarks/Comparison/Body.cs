using System.Text;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>One thing that members ask for.</summary>
/// <param name="File">Its name below the site's root.</param>
internal sealed record Body(string Name, string File, byte[] Bytes)
{
    /// <summary>The same in every run.</summary>
    public static IReadOnlyList<Body> All { get; } =
    [
        new("1 KB page", "small.html", Page(1024)),
        new("50 KB page", "large.html", Page(50 * 1024)),
        new("20 KB image", "photo.jpg", Noise(20 * 1024)),
    ];

    private static byte[] Page(int length)
    {
        var page = new StringBuilder(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Photo Club</title></head><body>\n");
        for (int photo = 1; page.Length < length; photo++)
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<p><a href=\"/photos/{photo}\">Photo {photo}</a></p>\n");
        return Encoding.ASCII.GetBytes(page.ToString(0, length));
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
#pragma warning disable CA5394 // It stands for a compressed picture and keeps no secret.
        new Random(1).NextBytes(noise);
#pragma warning restore CA5394
        return noise;
    }
}
