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
    public void Injection_keeps_every_byte_and_adds_at_most_one_tag() => Gen.Select(AnyPage, Gen.Bool, Gen.Bool).Sample(
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
    public void Page_splits_do_not_move_the_insertion_point() => Gen.Select(AnyPage, Gen.Bool, Gen.Bool, Gen.Int[1, 9].Array[1, 6]).Sample(
        (page, navigated, known, pieces) =>
            Injection.Run(page, navigated, known, pieces).InsertionPoint == Injection.Run(page, navigated, known).InsertionPoint,
        iter: 100_000);

    [Fact]
    public void Injection_buffers_only_a_few_bytes() => Gen.Select(AnyPage, Gen.Bool, Gen.Int[1, 9].Array[1, 6]).Sample(
        (page, navigated, pieces) =>
            Injection.Run(page, navigated, encodingKnown: true, pieces).MostHeld <= PrologScanner.MostHeld
            && Injection.Run(page, navigated, encodingKnown: false, pieces).MostHeld <= TagPlacer.MostHeld,
        iter: 50_000);

    [Fact]
    public void An_inserted_tag_does_not_change_the_parsed_tree() => Gen.Select(AnyPage, Gen.Bool).Sample(
        (page, navigated) =>
        {
            Injection injection = Injection.Run(page, navigated);
            return injection.InsertionPoint.Kind is not InsertionPointKind.Insert || ParsedTree.IsSame(page, injection.Output);
        },
        iter: 20_000);

    [Theory]
    [MemberData(nameof(PrologScannerTests.Documents), MemberType = typeof(PrologScannerTests))]
    public void The_result_does_not_depend_on_where_a_document_is_split(string marked) =>
        SplitEverywhere(marked.Replace("|", "", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(PrologScannerTests.NoDocuments), MemberType = typeof(PrologScannerTests))]
    public void The_result_does_not_depend_on_where_a_fragment_is_split(string page, SkipReason reason)
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
