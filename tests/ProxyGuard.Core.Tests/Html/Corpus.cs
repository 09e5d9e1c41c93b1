using System.Text;

namespace ProxyGuard.Core.Tests.Html;

/// <summary>Cases of html5lib-tests, where somebody put them beside the repository; without them their tests are skipped.</summary>
internal static class Corpus
{
    public static IEnumerable<(string Name, string Data, string Expected)> Cases(string folder, string expectedBegins)
    {
        string path = Path.Combine(Locate(), folder);
        Assert.SkipUnless(Directory.Exists(path), $"There is no shared/data/html5lib/{folder} beside the repository.");
        return from file in Directory.EnumerateFiles(path, "*.dat", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
               from test in Read(file, expectedBegins)
               select test;
    }

    private static string Locate()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", "html5lib");
            if (Directory.Exists(path))
                return path;
        }

        Assert.Skip("There is no shared/data/html5lib beside the repository.");
        return "";
    }

    // Bytes are read as Latin-1, one character each: whoever needs text must decode them.
    private static IEnumerable<(string Name, string Data, string Expected)> Read(string file, string expectedBegins)
    {
        string text = "\n" + Encoding.Latin1.GetString(File.ReadAllBytes(file)).ReplaceLineEndings("\n");
        string[] tests = text.Split("\n#data\n");
        for (int i = 1; i < tests.Length; i++)
        {
            int end = tests[i].IndexOf("\n#", StringComparison.Ordinal);
            int expected = tests[i].IndexOf($"\n{expectedBegins}\n", StringComparison.Ordinal);
            if (end < 0 || expected < 0 || tests[i].Contains("\n#document-fragment\n", StringComparison.Ordinal))
                continue;

            // An empty case begins with its next section at once.
            string data = tests[i].StartsWith('#') ? "" : tests[i][..end];
            yield return ($"{Path.GetFileName(file)}:{i}", data, tests[i][(expected + expectedBegins.Length + 2)..].Trim());
        }
    }
}
