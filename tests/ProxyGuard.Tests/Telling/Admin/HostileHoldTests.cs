using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Admin;

/// <summary>
/// Whatever is sent to the management API as a hold: it is refused with the reason, changes nothing, and never ends in an error of ours.
/// </summary>
public sealed class HostileHoldTests
{
    private const string Maintenance = "/api/v1/maintenance";

    public static TheoryData<string, string> Bodies => new()
    {
        { "{\"mode\":\"read-only\",\"reason\":\"\u00ff\"}", "The text at byte 29 of the body is no Unicode" },
        { "{\"mode\":\"read-only\",\"\u00ff\":\"\"}", "The text at byte 20 of the body is no Unicode" },
        { """{"mode":"read-only","reason":"\ud800"}""", "The text at byte 29 of the body is no Unicode" },
        { """{"mode":"read-only","\udc00":""}""", "The text at byte 20 of the body is no Unicode" },
        { """{"mode":"\ud800"}""", "The text at byte 8 of the body is no Unicode" },
        { """{"mode":"read-only","message":{"de":"\ud800x"}}""", "The text at byte 36 of the body is no Unicode" },
        { """{"mode":"read-only","endsAt":"\udfff"}""", "The text at byte 29 of the body is no Unicode" },
        { """{"mode":"read-only","mode":"open"}""", "mode" },
        { """{"mode":"read-only","message":{"de":"a","de":"b"}}""", "de" },
        { """{"mode":["read-only"]}""", "mode is [\\u0022read-only\\u0022] but must be" },
        { """{"mode":7}""", "mode is 7 but must be" },
        { """{"mode":null}""", "mode is null but must be" },
        { """{"mode":"read-only","reason":7}""", "reason must be a text" },
        { """{"mode":"read-only","message":"x"}""", "message must be an object" },
        { """{"mode":"read-only","message":{"de":{"de":"x"}}}""", "message.de must be a text" },
        { """{"mode":"read-only","endsAt":1764360000}""", "endsAt is 1764360000 but must be" },
        { """{"mode":"read-only","endsAt":"0000-00-00T00:00:00Z"}""", "endsAt is" },
        { """{"mode":"read-only","endsAt":{}}""", "endsAt is {} but must be" },
        { new string('[', 60_000), "The body is no JSON" },
        { """{"message":{"de":{"de":{"de":{"de":1}}}}}""", "The body is no JSON" },
        { "", "The body is no JSON" },
        { "null", "must be a JSON object" },
        { "\"read-only\"", "must be a JSON object" },
        { "{\"mode\":\"read-only\"}}", "The body is no JSON" },
        { "{\"mode\":\"read-only\",}", "The body is no JSON" },
        { $"{{\"{new string('f', 50_000)}\":1}}", "is not a field" },
        { $"{{\"mode\":\"{new string('m', 50_000)}\"}}", "mode is" },
        { "\u00ff\u00fe{\u0000}\u0000", "The body is no JSON" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_malformed_hold_is_rejected_with_its_location_and_changes_nothing(string body, string error)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage answer = await PutAsync(site, Encoding.Latin1.GetBytes(body));
        string said = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            JsonDocument.Parse(said).RootElement.GetProperty("errors").EnumerateArray(),
            one => one.GetString()!.Contains(error.Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.InRange(said.Length, 1, 2_000);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Null(site.View.Hold);
    }

    /// <summary>
    /// A good body, and whatever becomes of it when bytes of it are changed, left out and doubled; the same ones every time.
    /// </summary>
    [Fact]
    public async Task A_mutated_hold_never_causes_a_server_error()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        byte[] good =
            """{"mode":"maintenance","reason":"Gr\u00fc\u00dfe \ud83e\udd8a","message":{"de":"Gleich zurück","en":"Back soon"},"endsAt":"2036-11-22T22:00:00+01:00"}"""u8.ToArray();
        var random = new Random(20261128);
        for (int round = 0; round < 1_000; round++)
        {
            var body = new List<byte>(good);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int place = random.Next(body.Count);
                switch (random.Next(4))
                {
                    case 0: body[place] = (byte)random.Next(256); break;
                    case 1: body.RemoveAt(place); break;
                    case 2: body.Insert(place, "\"\\{}[]:,u0\xff"u8[random.Next(11)]); break;
                    default: body.InsertRange(place, body.GetRange(place, Math.Min(body.Count - place, random.Next(1, 20)))); break;
                }
            }

            using HttpResponseMessage answer = await PutAsync(site, [.. body]);
            Assert.True(
                answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest,
                $"{answer.StatusCode} for {Convert.ToBase64String([.. body])}");
        }

        await site.Management.DeleteAsync(Maintenance);
        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    private static Task<HttpResponseMessage> PutAsync(GuardedSite site, byte[] body) =>
        site.Management.PutAsync(
            Maintenance, new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });
}
