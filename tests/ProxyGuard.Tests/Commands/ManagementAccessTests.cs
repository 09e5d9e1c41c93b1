using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ProxyGuard.Commands;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Commands;

/// <summary>Where commands ask, with which key, and what they say when that does not work.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ManagementAccessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-access-").FullName;

    [Fact]
    public async Task Without_an_answer_it_is_said_where_was_asked_and_what_to_try()
    {
        WriteKey(GuardedSite.Key);
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        Told told = await StatusAsync(AccessTo($"http://127.0.0.1:{port}"));

        Assert.Equal(
            new Told(2, "", $"Nothing answers at http://127.0.0.1:{port}/: the connection was refused. Is ProxyGuard running "
                + "(systemctl status proxyguard)? If it listens elsewhere, name that address with --url.\n"),
            told);
    }

    [Fact]
    public async Task A_missing_key_a_hash_and_a_wrong_key_are_told_apart_and_never_shown()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        ManagementAccess access = AccessTo(managed.Site.ManagementAddress.ToString());

        Assert.StartsWith($"There is no key at {KeyPath}. Make one with: ", (await StatusAsync(access)).Errors, StringComparison.Ordinal);

        WriteKey(AdminKey.Configured(GuardedSite.Key));
        Assert.StartsWith($"{KeyPath} holds a hash, which opens nothing.", (await StatusAsync(access)).Errors, StringComparison.Ordinal);

        WriteKey("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n");
        Assert.Equal($"{KeyPath} is no key file: a key is one line of letters, digits, - and _.\n", (await StatusAsync(access)).Errors);

        WriteKey("another-key-0123456789");
        Told wrong = await StatusAsync(access);
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith(
            $"ProxyGuard at {managed.Site.ManagementAddress} does not know the key in {KeyPath}.", wrong.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("another-key", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_others_can_read_works_and_is_told()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        WriteKey(GuardedSite.Key);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        Told told = await StatusAsync(AccessTo(managed.Site.ManagementAddress.ToString()));

        Assert.Equal((0, $"{KeyPath} can be read or written by other users (644): chmod 600 {KeyPath}\n"), (told.ExitCode, told.Errors));
    }

    [Fact]
    public async Task The_address_of_the_site_is_not_the_management_API()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        WriteKey(GuardedSite.Key);

        Told told = await StatusAsync(AccessTo(managed.Site.Address.ToString()));

        Assert.StartsWith(
            $"What answers at {managed.Site.Address} is not ProxyGuard's management API (HTTP 200).", told.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.0.0.5:8081", false)]
    [InlineData("http://proxyguard.internal.example:8081", false)]
    [InlineData("http://127.0.0.1.nip.io:8081", false)]
    [InlineData("http://127.0.0.1:8081", true)]
    [InlineData("http://localhost:8081", true)]
    [InlineData("http://[::1]:8081", true)]
    [InlineData("https://proxyguard.internal.example", true)]
    public void A_key_is_sent_in_the_clear_to_loopback_only(string url, bool isSent) => Assert.Equal(isSent, AccessTo(url).Refusal is null);

    [Theory]
    [InlineData("http://127.0.0.1:9081", "http://127.0.0.1:9081/")]
    [InlineData("http://localhost:9081", "http://127.0.0.1:9081/")]
    [InlineData("http://*:9081", "http://127.0.0.1:9081/")]
    [InlineData("http://0.0.0.0:9081", "http://127.0.0.1:9081/")]
    [InlineData("http://[::1]:9081", "http://[::1]:9081/")]
    [InlineData("http://10.0.0.5:9081", "http://10.0.0.5:9081/")]
    [InlineData(null, "http://127.0.0.1:8081/")]
    [InlineData("nonsense", "http://127.0.0.1:8081/")]
    public async Task The_address_comes_from_the_configuration(string? listen, string expected)
    {
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(
            file, listen is null ? "{}" : $$"""{ "ProxyGuard": { "Admin": { "Listen": "{{listen}}" } } }""");

        Assert.Equal(new Uri(expected), ManagementAccess.Of(null, file, null).Url);
    }

    [Fact]
    public void A_configuration_that_cannot_be_read_leaves_the_default_and_says_so()
    {
        ManagementAccess access = ManagementAccess.Of(null, Path.Combine(_directory, "nowhere.json"), null);

        Assert.Equal(new Uri("http://127.0.0.1:8081"), access.Url);
        Assert.Contains("nowhere.json was not read", access.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_one_line_without_a_key()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        Assert.Equal(new Told(0, "healthy; the site is normal\n", ""), await HealthAsync(AccessTo(managed.Site.ManagementAddress.ToString())));

        // A view that nobody renews is not healthy.
        managed.Site.Time.Advance(TimeSpan.FromMinutes(1));
        Told stale = await HealthAsync(AccessTo(managed.Site.ManagementAddress.ToString()));
        Assert.Equal(1, stale.ExitCode);
        Assert.Contains("the probes have not renewed what is known", stale.Output, StringComparison.Ordinal);
        Assert.Single(stale.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Health_gives_up_on_what_never_answers_within_three_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        long begin = TimeProvider.System.GetTimestamp();

        Told told = await HealthAsync(AccessTo($"http://{silent.LocalEndpoint}"));

        Assert.Equal(1, told.ExitCode);
        Assert.Contains("no answer for 2 seconds", told.Output, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 1.5, 3);
    }

    [Fact]
    public async Task A_key_that_was_made_is_accepted_with_the_line_that_was_printed()
    {
        foreach ((KeyRight right, HttpStatusCode expected) in new[] { (KeyRight.View, HttpStatusCode.Forbidden), (KeyRight.Operate, HttpStatusCode.OK) })
        {
            string file = Path.Combine(_directory, "keys", $"{right}");
            using var output = new StringWriter();
            Assert.Equal(0, KeyCommand.Run("anna", right, file, output, TextWriter.Null));

            string key = (await File.ReadAllTextAsync(file)).Trim();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.DoesNotContain(key, output.ToString(), StringComparison.Ordinal);
            string line = output.ToString().Split('\n').Single(line => line.Contains("\"ProxyGuard\"", StringComparison.Ordinal));
            await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
                json["ProxyGuard"]!["Admin"]!["Keys"] = System.Text.Json.Nodes.JsonNode.Parse($"{{{line}}}")!["ProxyGuard"]!["Admin"]!["Keys"]!.DeepClone());
            site.Management.DefaultRequestHeaders.Authorization = new("Bearer", key);
            Assert.Equal(expected, (await site.Management.DeleteAsync("/api/v1/maintenance")).StatusCode);

            Told held = await ManagedSite.RunAsync(
                (form, errors) => HoldCommand.RunAsync(
                    new WantedHold("open", null, new Dictionary<string, string>(), null, HasNoEnd: false),
                    new ManagementAccess(site.ManagementAddress, null, new KeyFile(file)), form, errors, CancellationToken.None),
                "en");
            if (right == KeyRight.View)
                Assert.StartsWith("Refused: The key anna has the right view: ", held.Errors, StringComparison.Ordinal);
            Assert.Equal(right == KeyRight.View ? 2 : 0, held.ExitCode);
        }
    }

    [Fact]
    public void A_key_file_that_is_there_is_not_replaced()
    {
        WriteKey("of somebody");
        using var errors = new StringWriter();

        Assert.Equal(2, KeyCommand.Run("anna", KeyRight.View, KeyPath, TextWriter.Null, errors));

        Assert.Equal($"{KeyPath} is there already and is not replaced. Name another one with --file FILE.\n", errors.ToString());
        Assert.Equal("of somebody", File.ReadAllText(KeyPath));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string KeyPath => Path.Combine(_directory, "key");

    private ManagementAccess AccessTo(string url) => new(new Uri(url), null, new KeyFile(KeyPath));

    private static Task<Told> StatusAsync(ManagementAccess access) =>
        ManagedSite.RunAsync((form, errors) => StatusCommand.RunAsync(access, form, errors, CancellationToken.None), "en");

    private static Task<Told> HealthAsync(ManagementAccess access) =>
        ManagedSite.RunAsync((form, _) => HealthCommand.RunAsync(access, form.Output, CancellationToken.None), "en");

    private void WriteKey(string key)
    {
        File.Delete(KeyPath);
        File.WriteAllText(KeyPath, key);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
