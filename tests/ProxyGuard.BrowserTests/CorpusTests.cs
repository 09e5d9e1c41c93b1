using System.Text;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Core.Html;
using ProxyGuard.Core.Tests.Html;
using ProxyGuard.Testing;

namespace ProxyGuard.BrowserTests;

/// <summary>What a real browser makes of pages that were written to be misread, with our tag and without it.</summary>
public sealed class CorpusTests(Chromium chromium)
{
    // Written into a frame whose policy forbids scripts, but in which they are on: <noscript> is read as for any member.
    private const string Compare = """
        pages => {
          const frame = document.createElement("iframe");
          document.body.append(frame);
          const read = html => {
            const page = frame.contentDocument;
            page.open();
            page.write(html);
            page.close();
            const tag = page.querySelector('script[src^="/_proxyguard/b.js"]');
            const isFirst = tag && tag.parentNode === page.head && !tag.previousElementSibling && tag.textContent === "";
            tag?.remove();
            const walker = page.createTreeWalker(page);
            let tree = page.compatMode, node = page;
            while ((node = walker.nextNode()) !== null)
              tree += "\n" + node.nodeType + " " + (node.namespaceURI ?? "") + " " + node.nodeName + " " + (node.nodeValue ?? "")
                + " < " + node.parentNode.nodeName + [...(node.attributes ?? [])].map(a => " " + a.name + "=" + a.value).join("");
            return { tree, isFirst };
          };
          return pages.filter(([, plain, tagged]) => {
            const before = read(plain), after = read(tagged);
            return before.tree !== after.tree || !after.isFirst;
          }).map(([name]) => name);
        }
        """;

    [Fact]
    public async Task An_inserted_tag_changes_nothing_that_Chromium_reads()
    {
        List<string[]> pages = [];
        foreach ((string name, string data, _) in Corpus.Cases("tree-construction", "#document"))
        {
            byte[] page = Encoding.Latin1.GetBytes(data);
            Injection injection = Injection.Run(page, navigated: true);
            // A document that is written anew within itself is another one each time.
            if (injection.InsertionPoint.Kind is InsertionPointKind.Insert && !data.Contains("document.", StringComparison.Ordinal))
                pages.Add([name, Encoding.UTF8.GetString(page), Encoding.UTF8.GetString(injection.Output)]);
        }

        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
            {
                context.Response.ContentType = "text/html";
                context.Response.Headers.ContentSecurityPolicy = "script-src 'none'; img-src 'none'; frame-src 'none'; object-src 'none'";
                return context.Response.WriteAsync("<!doctype html><title>corpus</title><body></body>");
            };
        await using Tab tab = await chromium.OpenAsync(site.Address);
        await tab.Page.GotoAsync("/");
        string[] different = await tab.Page.EvaluateAsync<string[]>(Compare, pages.ToArray());

        Assert.Empty(different);
        Assert.True(pages.Count > 300, $"Only {pages.Count} pages got the tag; the corpus or the scanner is not what it was.");
    }
}
