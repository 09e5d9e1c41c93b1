namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The picture in docs/architecture.md is the compiled code. <c>PROXYGUARD_WRITE_DOCS=1</c> in the environment draws it anew.
/// </summary>
public sealed class ArchitecturePictureTests
{
    private const string Begin = "<!-- picture: begin -->\n";
    private const string End = "<!-- picture: end -->\n";

    [Fact]
    public void The_picture_in_the_architecture_document_shows_the_compiled_code()
    {
        string document = Repository.Read("docs", "architecture.md");
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, "docs/architecture.md has lost the two comments around its picture");
        string picture = document[(begin + Begin.Length)..end];
        string drawn = ArchitecturePicture.Draw(House.Program, House.Core);

        if (Environment.GetEnvironmentVariable("PROXYGUARD_WRITE_DOCS") == "1")
            File.WriteAllText(
                Repository.PathOf("docs", "architecture.md"), $"{document[..(begin + Begin.Length)]}{drawn}{document[end..]}");
        else
            Assert.True(
                picture == drawn,
                $"docs/architecture.md is older than the code. Run this test with PROXYGUARD_WRITE_DOCS=1, or put this between its comments:\n{drawn}");
    }

    [Fact]
    public void An_arrow_implied_by_others_is_omitted() =>
        Assert.Equal([("a", "b"), ("b", "c")], ArchitecturePicture.Needed(Uses(("a", "b"), ("b", "c"), ("a", "c"))));

    [Fact]
    public void A_new_arrow_changes_the_picture() =>
        Assert.NotEqual(
            ArchitecturePicture.Draw(House.Program, House.Core),
            ArchitecturePicture.Draw([.. House.Program, new("Telling/Banner", "BannerTag", "Telling/Public", "StatusPage")], House.Core));

    private static ILookup<string, string> Uses(params (string From, string To)[] pairs) =>
        pairs.ToLookup(pair => pair.From, pair => pair.To);
}
