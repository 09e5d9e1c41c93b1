using System.Text;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class CorpusTests
{
    [Fact]
    public void An_inserted_tag_does_not_change_the_parsed_tree()
    {
        int inserted = 0;
        List<string> different = [];
        foreach ((string name, string data, _) in Corpus.Cases("tree-construction", "#document"))
        {
            byte[] page = Encoding.Latin1.GetBytes(data);
            foreach (bool navigated in (ReadOnlySpan<bool>)[true, false])
            {
                Injection injection = Injection.Run(page, navigated);
                if (injection.InsertionPoint.Kind is not InsertionPointKind.Insert)
                    continue;

                inserted++;
                if (!ParsedTree.IsSame(page, injection.Output))
                    different.Add(name);
            }
        }

        Assert.Empty(different);
        Assert.True(inserted > 500, $"Only {inserted} pages got the tag; the corpus or the scanner is not what it was.");
    }

    [Fact]
    public void The_result_does_not_depend_on_where_a_corpus_page_is_split()
    {
        foreach ((_, string data, _) in Corpus.Cases("tree-construction", "#document"))
        {
            byte[] page = Encoding.Latin1.GetBytes(data);
            if (page.Length < 600)
                PrologPropertyTests.SplitEverywhere(page);
        }
    }

    [Fact]
    public void Inserting_the_tag_does_not_change_the_meta_encoding_of_corpus_pages()
    {
        int found = 0;
        foreach ((string name, string data, string expected) in Corpus.Cases("encoding", "#encoding"))
        {
            byte[] page = Encoding.Latin1.GetBytes(data);
            MetaEncoding? before = MetaCharset.Find(page);
            // Where a mark says it, no meta is asked.
            if (before is { } meta && !data.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal))
            {
                found++;
                Assert.True(
                    meta.Encoding == EncodingLabels.Find(expected.Split('\n')[0]),
                    $"{name}: {meta.Encoding} was found but {expected} expected");
            }

            Injection injection = Injection.Run(page, navigated: true, encodingKnown: false);
            Assert.True(before?.Encoding == MetaCharset.Find(injection.Output)?.Encoding, $"{name}: the tag changed the encoding");
        }

        Assert.True(found > 30, $"Only {found} pages name an encoding; the corpus or the prescan is not what it was.");
    }
}
