using System.Text;
using CsCheck;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class PrologPropertyTests
{
    // Pieces that steer the scanner into every state, so that what is drawn from them is seldom refused at the first byte.
    private static readonly string[] Pieces =
    [
        "<", ">", "/", "!", "-", "--", "?", "=", "\"", "'", " ", "\n", "a", "head", "html", "<head", "<html", "<!--", "-->", "--!>",
        "<!doctype html>", "<?x ?>", "</p>", "</head", "<p",
        "<body", "<meta charset=latin1>", "<frameset", "\uFEFF", "\0", "é", "<header", "<![CDATA[",
    ];

    private static readonly Gen<byte[]> Pages =
        Gen.OneOf(Pieces).Array[0, 12].Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    private static readonly Gen<byte[]> DocumentPages = Pages.Select(page => (byte[])[.. "<!doctype html>"u8, .. page]);

    private static readonly Gen<byte[]> AnyPage = Gen.OneOf(Pages, DocumentPages, Gen.Byte.Array[0, 64]);

    [Fact]
    public void Every_byte_survives_and_at_most_one_tag_is_added() => Gen.Select(AnyPage, Gen.Bool, Gen.Bool).Sample(
        (page, navigated, known) =>
        {
            Injection injection = Injection.Run(page, navigated, known);
            byte[] output = injection.Output;
            if (injection.InsertionPoint.Kind is not InsertionPointKind.Insert)
                return output.SequenceEqual(page);

            int at = (int)injection.InsertionPoint.Offset;
            return output.AsSpan(at, Injection.Tag.Length).SequenceEqual(Injection.Tag)
                && output.AsSpan(0, at).SequenceEqual(page.AsSpan(0, at))
                && output.AsSpan(at + Injection.Tag.Length).SequenceEqual(page.AsSpan(at));
        },
        iter: 100_000);

    [Fact]
    public void How_a_page_is_split_does_not_matter() => Gen.Select(AnyPage, Gen.Bool, Gen.Bool, Gen.Int[1, 9].Array[1, 6]).Sample(
        (page, navigated, known, pieces) =>
            Injection.Run(page, navigated, known, pieces).InsertionPoint == Injection.Run(page, navigated, known).InsertionPoint,
        iter: 100_000);

    [Fact]
    public void Hardly_any_byte_is_held() => Gen.Select(AnyPage, Gen.Bool, Gen.Int[1, 9].Array[1, 6]).Sample(
        (page, navigated, pieces) =>
            Injection.Run(page, navigated, encodingKnown: true, pieces).MostHeld <= PrologScanner.MostHeld
            && Injection.Run(page, navigated, encodingKnown: false, pieces).MostHeld <= TagPlacer.MostHeld,
        iter: 50_000);

    [Fact]
    public void A_parser_builds_the_same_tree_around_the_tag() => Gen.Select(AnyPage, Gen.Bool).Sample(
        (page, navigated) =>
        {
            Injection injection = Injection.Run(page, navigated);
            return injection.InsertionPoint.Kind is not InsertionPointKind.Insert || ParsedTree.IsSame(page, injection.Output);
        },
        iter: 20_000);

    [Theory]
    [MemberData(nameof(PrologScannerTests.Documents), MemberType = typeof(PrologScannerTests))]
    public void A_document_may_be_split_anywhere(string marked) => SplitEverywhere(marked.Replace("|", "", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(PrologScannerTests.NoDocuments), MemberType = typeof(PrologScannerTests))]
    public void What_is_no_document_may_be_split_anywhere(string page, SkipReason reason)
    {
        Assert.NotEqual(default, Injection.Run(Encoding.UTF8.GetBytes(page)).InsertionPoint);
        Assert.True(Enum.IsDefined(reason));
        SplitEverywhere(page);
    }

    internal static void SplitEverywhere(string page) => SplitEverywhere(Encoding.UTF8.GetBytes(page));

    internal static void SplitEverywhere(byte[] page)
    {
        foreach (bool known in (ReadOnlySpan<bool>)[true, false])
        {
            byte[] whole = Injection.Run(page, encodingKnown: known).Output;
            Assert.Equal(whole, Injection.Run(page, false, known, 1).Output);
            for (int first = 1; first < page.Length; first++)
                Assert.Equal(whole, Injection.Run(page, false, known, first, page.Length).Output);
        }
    }
}
