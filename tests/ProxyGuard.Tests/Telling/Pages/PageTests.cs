using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Public;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;

using ProxyGuard.Tests.Telling.Status;

namespace ProxyGuard.Tests.Telling.Pages;

public sealed partial class PageTests
{
    private const string Attack = "<script>alert(1)</script>\"' onload=x </textarea>&{time}";

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("fr")]
    public void Every_page_is_complete_for_every_status(string language)
    {
        Wording wording = Wording.For(language);
        foreach (StatusDocument status in Statuses.All())
        {
            foreach (string page in PagesOf(status, wording))
            {
                string told = TextsAttribute().Replace(page, "");
                Assert.DoesNotMatch(Placeholder(), told);
                Assert.All(wording.Keys, key => Assert.DoesNotContain($">{key}<", told, StringComparison.Ordinal));
                Assert.StartsWith($"<!DOCTYPE html>\n<html lang=\"{language}\"", page, StringComparison.Ordinal);
                Assert.Single(Regex.Matches(page, "<h1"));
                Assert.Contains("id=\"controls\"", page, StringComparison.Ordinal);
                Assert.Contains("id=\"live\"", page, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_element_that_is_opened_is_closed()
    {
        foreach (StatusDocument status in Statuses.All())
        {
            foreach (string page in PagesOf(status, Wording.For("fr")))
                Assert.Equal("", Unbalanced(page));
        }
    }

    [Fact]
    public void User_and_operator_text_is_HTML_encoded()
    {
        StatusDocument status = Statuses.ReadOnly(Cause.Operator, Statuses.Going) with
        {
            Site = Attack,
            Message = ImmutableSortedDictionary<string, string>.Empty.Add("en", Attack),
        };
        foreach (string page in PagesOf(status, Wording.For("en"), [SubmittedField.Of(Attack, Attack)]))
        {
            Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
            // In the text of a field quotes mean nothing, in an attribute they end it.
            Assert.DoesNotContain("\"' onload", TextOfField().Replace(page, ""), StringComparison.Ordinal);
            Assert.DoesNotMatch("</textarea>\"", page);
            Assert.Contains(
                "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27; onload=x &lt;/textarea&gt;&amp;{time}", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_page_uses_anything_its_CSP_forbids()
    {
        foreach (string page in PagesOf(Statuses.ReadOnly(Cause.ReplicasStuck, Statuses.Going), Wording.For("en")))
        {
            Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
            Assert.DoesNotMatch("<script(?! src=\"/_proxyguard/status\\.js\\?v=)", page);
            Assert.DoesNotMatch(" on[a-z]+=", page);
            Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_refusal_page_returns_the_typed_text_exactly()
    {
        string page = Refusal(
            Statuses.ReadOnly(Cause.ReplicasStuck), [SubmittedField.Of("comment", "\nfirst line was empty & <b>, \"x\"")]);

        // The parser eats one line break after the start tag: the second one is the member's.
        Assert.Contains(
            "readonly dir=\"auto\" rows=\"2\">\n\nfirst line was empty &amp; &lt;b&gt;, \"x\"</textarea>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_page_shows_typed_fields_first_and_folds_hidden_ones()
    {
        SubmittedField[] form =
        [
            SubmittedField.Of(
                "wpStarttime", "20261122174000"), SubmittedField.Of("wpSummary", "typo"), SubmittedField.Of("editRevId", "4711"),
            SubmittedField.Of("wpAutoSummary", "d41d8cd98f00b204e9800998ecf8427e"), SubmittedField.Of(
                "wpTextbox1", string.Concat(Enumerable.Repeat("The heron stood still. ", 20))),
            SubmittedField.Of("link", "https://club.example/photos/17"),
        ];

        SubmittedField[] ordered = RefusalPage.Ordered(form);
        string page = Refusal(Statuses.ReadOnly(Cause.ReplicasStuck), ordered);

        Assert.Equal(["wpTextbox1", "wpSummary", "link", "wpStarttime", "editRevId", "wpAutoSummary"], ordered.Select(field => field.Name));
        Assert.Equal(3, TextOfField().Count(page[..page.IndexOf("<details>", StringComparison.Ordinal)]));
        Assert.Contains(
            "4711</textarea>",
            page[page.IndexOf("<details>", StringComparison.Ordinal)..page.IndexOf("</details>", StringComparison.Ordinal)],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_says_that_nothing_was_saved_and_never_reloads_itself()
    {
        string page = Refusal(Statuses.ReadOnly(Cause.ReplicasStuck), []);

        Assert.Contains("Nothing was saved or sent.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("choose it again", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_page_gives_a_time_only_if_there_is_evidence()
    {
        Assert.Contains(
            "try again in about 4 minutes", Refusal(Statuses.ReadOnly(Cause.ReplicasStuck, Statuses.Going), []), StringComparison.Ordinal);
        Assert.Contains(
            "do not know yet how long", Refusal(Statuses.ReadOnly(Cause.ReplicasStuck, Statuses.Stuck), []), StringComparison.Ordinal);
        Assert.Contains(
            "do not know yet how long", Refusal(Statuses.ReadOnly(Cause.Operator, Statuses.Going), []), StringComparison.Ordinal);
        Assert.DoesNotContain("try again in", Refusal(Statuses.ReadOnly(Cause.PrimaryUnreachable), []), StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_page_says_that_accepted_writes_are_stored()
    {
        string page = StatusPage.Render(Statuses.ReadOnly(Cause.ReplicasStuck, Statuses.Going), Wording.For("en"), Statuses.Site);

        Assert.Contains("stored in the main database", page, StringComparison.Ordinal);
        Assert.Contains("You don’t need to send it again", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_page_promises_no_automatic_reopening_under_a_hold()
    {
        const string Promise = "posting opens by itself";
        Assert.Contains(
            Promise, StatusPage.Render(Statuses.ReadOnly(Cause.ReplicasBehind, Statuses.Done), Wording.For("en"), Statuses.Site),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            Promise, StatusPage.Render(Statuses.ReadOnly(Cause.Operator, Statuses.Done), Wording.For("en"), Statuses.Site),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_page_says_that_unknown_numbers_are_unknown()
    {
        string page = StatusPage.Render(
            Statuses.ReadOnly(Cause.ReplicasBehind, Statuses.Unmeasured) with { AsOf = null }, Wording.For("en"), Statuses.Site);

        Assert.Contains("We don’t know yet how far along it is.", page, StringComparison.Ordinal);
        Assert.Contains("We do not know yet how long it will take.", page, StringComparison.Ordinal);
        Assert.Contains("We do not know at the moment how current our pages are.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_end_in_the_past_is_not_shown()
    {
        StatusDocument status = Statuses.Maintenance with { EndsAt = Statuses.At.AddSeconds(-1) };

        Assert.DoesNotContain(
            "expects to be done", MaintenancePage.Render(status, Wording.For("en"), Statuses.Site), StringComparison.Ordinal);
        Assert.Contains(
            "expects to be done",
            MaintenancePage.Render(status with { EndsAt = Statuses.At.AddHours(1) }, Wording.For("en"), Statuses.Site),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_message_is_marked_with_its_language()
    {
        StatusDocument status =
            Statuses.Maintenance with { Message = ImmutableSortedDictionary<string, string>.Empty.Add("de", "Gleich zurück.") };

        Assert.Contains(
            "<p lang=\"de\">Gleich zurück.</p>", MaintenancePage.Render(status, Wording.For("fr"), Statuses.Site),
            StringComparison.Ordinal);
    }

    internal static IEnumerable<string> PagesOf(StatusDocument status, Wording wording, IReadOnlyList<SubmittedField>? typed = null) =>
    [
        StatusPage.Render(status, wording, Statuses.Site),
        Refusal(status, typed ?? Statuses.Typed, wording),
        MaintenancePage.Render(status, wording, Statuses.Site),
    ];

    private static string Refusal(StatusDocument status, IReadOnlyList<SubmittedField> typed, Wording? wording = null)
    {
        string page = RefusalPage.Render(
            status, wording ?? Wording.For("en"), Statuses.Site, TimeSpan.FromSeconds(212), typed, isLost: false, form: "/photos/17");
        return Encoding.UTF8.GetString(new RenderedPage(page, typed).ToBytes());
    }

    /// <summary>The first element that is closed out of turn or never; "" when all is well.</summary>
    private static string Unbalanced(string page)
    {
        string[] empty = ["meta", "link", "!DOCTYPE"];
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(page))
        {
            string name = tag.Groups[2].Value;
            if (empty.Contains(name))
                continue;
            if (tag.Groups[1].Length == 0)
                open.Push(name);
            else if (open.Count == 0 || open.Pop() != name)
                return name;
        }

        return open.Count == 0 ? "" : open.Peek();
    }

    [GeneratedRegex("<(/?)([a-zA-Z0-9!]+)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<textarea[^>]*>.*?</textarea>", RegexOptions.Singleline)]
    private static partial Regex TextOfField();

    [GeneratedRegex(" data-texts=\"[^\"]*\"")]
    private static partial Regex TextsAttribute();

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Placeholder();
}
