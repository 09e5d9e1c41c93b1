using System.Net;
using System.Text;
using System.Text.Json;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>A form is let through only where a real PHP finds in it what the rule says, and nothing else, wherever it looks.</summary>
public sealed class JudgedFormsTests(ITestOutputHelper output)
{
    private static readonly RequestRules Rules = new([
        new("POST", PathPattern.TryParse("/form.php", out _)!, RequestKind.Pass)
        {
            Form = ParameterPattern.TryCreate([new("action", "logout")], out _)!,
        },
    ]);

    [Fact]
    public Task Of_three_thousand_forms_none_passes_that_PHP_reads_otherwise() => JudgeAsync(3_000, first: 0);

    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public Task Of_100_000_forms_none_passes_that_PHP_reads_otherwise(int first) => JudgeAsync(100_000, first);

    private async Task JudgeAsync(int count, int first)
    {
        if (!PhpSite.IsInstalled)
            Assert.Skip($"nginx, PHP or PHP-FPM is not installed: {PhpSite.Installation}");
        await using PhpSite site = await PhpSite.StartAsync();
        IPEndPoint server = site.Nginx.First();
        using var client = new JudgeClient(server);
        int passed = 0, refused = 0, needlessly = 0;
        List<string> wrong = [];
        for (int number = first; number < first + count; number++)
        {
            MutatedForm form = MutatedForm.Of(number);
            string answer = await client.AskAsync("POST", form.Target, form.Fields, form.Body);
            // What is no request for the web server never reaches PHP.
            string?[] seen = answer.Length == 0 ? [] : JsonSerializer.Deserialize<JsonElement[]>(Convert.FromBase64String(answer))!
                .Select(value => value.ValueKind == JsonValueKind.Null ? null : value.ToString()).ToArray();
            bool saysSo = seen is ["logout", "logout", null or "logout", null or "logout", null];
            var whole = RequestParameters.Of(
                RawPath.QueryOf(form.Target), form.Cookies, form.ContentType, Encoding.Latin1.GetBytes(form.Body));
            if (Rules.ClassifyWhole("POST", form.Target, whole) == RequestKind.Write)
            {
                refused++;
                needlessly += saysSo ? 1 : 0;
            }
            else
            {
                passed++;
                if (!saysSo)
                    wrong.Add($"{form} is {string.Join(',', seen)}");
            }
        }

        output.WriteLine($"{passed} passed, {refused} refused, {needlessly} of them mean what the rule says");
        Assert.Empty(wrong);
        // The judge judges: a fair share passes, and a fair share does not.
        Assert.InRange(passed, count / 20, count);
        Assert.InRange(refused, count / 20, count);
    }
}
