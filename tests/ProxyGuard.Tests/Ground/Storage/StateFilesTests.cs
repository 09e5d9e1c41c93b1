using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Time;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Storage;

/// <summary>Whatever stands in the place of a state file: ProxyGuard starts, says so, and assumes the strictest that it can mean.</summary>
[SupportedOSPlatform("linux")]
public sealed class StateFilesTests : IDisposable
{
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    private readonly string _home = Directory.CreateTempSubdirectory("proxyguard-files-").FullName;

    private string State => Path.Combine(_home, "state");

    public static TheoryData<string, string> BrokenHolds => new()
    {
        { "cut off", """{"mode": "ReadOn""" },
        { "empty", "" },
        { "null", "null" },
        { "a list", "[]" },
        { "garbage", "\0\u0001\uFFFF<html>" },
        { "deep", new string('[', 100_000) },
        { "a number for the mode", Good.Replace("\"ReadOnly\"", "7", StringComparison.Ordinal) },
        { "a number that is a mode", Good.Replace("\"ReadOnly\"", "2", StringComparison.Ordinal) },
        { "a mode that nobody knows", Good.Replace("ReadOnly", "Closed", StringComparison.Ordinal) },
        { "two modes", Good.Replace("ReadOnly", "Maintenance, Open", StringComparison.Ordinal) },
        { "without a mode", Good.Replace("\"mode\":\"ReadOnly\",", "", StringComparison.Ordinal) },
        { "without an author", Good.Replace(",\"by\":\"anna\"", "", StringComparison.Ordinal) },
        { "nobody as the author", Good.Replace("\"anna\"", "null", StringComparison.Ordinal) },
        { "no message", Good.Replace("{\"de\":\"Gleich\"}", "null", StringComparison.Ordinal) },
        { "a message without text", Good.Replace("\"Gleich\"", "null", StringComparison.Ordinal) },
        { "a field more", Good.Replace("{\"mode\"", "{\"level\":1,\"mode\"", StringComparison.Ordinal) },
        { "a field twice", Good.Replace("{\"mode\"", "{\"mode\":\"Open\",\"mode\"", StringComparison.Ordinal) },
        { "a later version", Good.Replace("{\"mode\"", "{\"version\":2,\"mode\"", StringComparison.Ordinal) },
        { "no time", Good.Replace("2026-11-22T20:00:00+00:00", "yesterday", StringComparison.Ordinal) },
        { "huge", Good + new string(' ', 1_000_000) },
    };

    private static string Good =>
        """{"mode":"ReadOnly","reason":"disks","message":{"de":"Gleich"},"by":"anna","since":"2026-11-22T20:00:00+00:00","endsAt":null}""";

    /// <summary>That nobody can look is not that nothing is there: a hold would be gone.</summary>
    [Fact]
    public void An_inaccessible_state_file_is_not_taken_for_a_missing_one()
    {
        var directory = new StateDirectory(State);

        Assert.Null(directory.Read("hold.json", 10));
        Assert.Throws<IOException>(() => directory.Read(new string('x', 300), 10));
    }

    [Theory]
    [MemberData(nameof(BrokenHolds))]
    public async Task An_unreadable_hold_file_puts_the_site_into_maintenance_and_is_set_aside(string what, string json)
    {
        Write("hold.json", json);
        await using (GuardedSite site = await GuardedSite.StartAsync(_home))
        {
            await site.TickAsync(5);

            Assert.Equal((what, SiteMode.Maintenance), (what, site.View.Mode));
            Assert.Contains("could not be read", site.View.Hold!.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", site.View.Hold!.Reason, StringComparison.Ordinal);
            Assert.Equal(json, File.ReadAllText(Assert.Single(Directory.GetFiles(State, "hold.json.unreadable-*"))));
        }

        // A restart does not open it by accident, and an operator does.
        await using GuardedSite again = await GuardedSite.StartAsync(_home);
        await again.TickAsync(5);
        Assert.Equal(SiteMode.Maintenance, again.View.Mode);
        await again.Management.DeleteAsync("/api/v1/maintenance");
        Assert.Equal(SiteMode.Normal, again.View.Mode);
        Assert.Single(Directory.GetFiles(State, "hold.json.unreadable-*"));
    }

    [Fact]
    public async Task A_hold_file_without_a_version_is_still_valid()
    {
        Write("hold.json", Good);
        await using GuardedSite site = await GuardedSite.StartAsync(_home);
        await site.TickAsync(5);

        Assert.Equal(
            (SiteMode.ReadOnly, "disks", "anna", "Gleich"),
            (site.View.Mode, site.View.Hold!.Reason, site.View.Hold.By, site.View.Hold.Message["de"]));
        Assert.Empty(Directory.GetFiles(State, "*.unreadable-*"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{"db1":null},"incident":null}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{"db1":{"serverId":1,"serverUuid":null,"logName":null,"timeline":null,"catchUpFile":null,"catchUpOffset":0}},"incident":null}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":[],"incident":null}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{},"incident":{"cause":99,"since":"2026-11-22T20:00:00+00:00"}}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{},"incident":null,"version":2}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{},"incident":null,"more":1}""")]
    [InlineData("""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{"db1":{"serverId""")]
    public async Task Unreadable_timelines_are_set_aside_and_discarded(string json)
    {
        Write("replication.json", json);
        await using GuardedSite site = await GuardedSite.StartAsync(_home);
        await site.TickAsync(3);

        Assert.Equal(SiteMode.Normal, site.View.Mode);
        Assert.Equal(json, File.ReadAllText(Assert.Single(Directory.GetFiles(State, "replication.json.unreadable-*"))));
    }

    [Theory]
    [InlineData("[[9223372036854775807,1,4]]")]
    [InlineData("[null,[],[1],[1,2,3,4],[-1,1,4],[5,-1,-4]]")]
    public async Task Impossible_timeline_entries_are_skipped(string timeline)
    {
        Write(
            "replication.json",
            $$$"""{"at":"2026-11-22T20:00:00+00:00","machine":null,"nodes":{"db1":{"serverId":1,"serverUuid":null,"logName":"binlog","timeline":{{{timeline}}},"catchUpFile":"x","catchUpOffset":-1}},"incident":null}""");
        await using GuardedSite site = await GuardedSite.StartAsync(_home);
        await site.TickAsync(3);

        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Fact]
    public void A_state_file_set_aside_is_logged()
    {
        Write("hold.json", "{");
        var log = new LogOf<HoldFile>();

        new HoldFile(new StateDirectory(State), new GuardClock(TimeProvider.System), log).Load();

        Assert.Contains(log.Lines, line => line.Contains("hold.json could not be read", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("hold.json.unreadable-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_read_only_state_directory_sets_no_file_aside()
    {
        Write("hold.json", "{");

        Hold? hold = new HoldFile(
            new StateDirectory(State, onlyReads: true), new GuardClock(TimeProvider.System), new LogOf<HoldFile>()).Load();

        Assert.Equal(HoldMode.Maintenance, hold!.Mode);
        Assert.Equal(["hold.json"], Directory.GetFiles(State).Select(Path.GetFileName));
    }

    [Fact]
    public async Task State_files_and_directory_are_accessible_to_the_owner_only()
    {
        await using (GuardedSite site = await GuardedSite.StartAsync(_home))
        {
            await site.TickAsync(3);
            await site.Management.PutAsync(
                "/api/v1/maintenance", new StringContent("""{"mode":"maintenance"}""", System.Text.Encoding.UTF8, "application/json"));
            await site.StopAsync();
        }

        string[] files = Directory.GetFiles(State);
        Assert.Equal(
            ["audit.jsonl", "hold.json", "owner", "replication.json", "write-marks.key"],
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal((file, (UnixFileMode)0b110_000_000), (file, File.GetUnixFileMode(file))));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(State));
    }

    [Fact]
    public void State_files_open_to_others_are_restricted_and_reported()
    {
        Write("write-marks.key", new string('k', 32));
        Write("audit.jsonl", "{}\n");
        File.SetUnixFileMode(State, (UnixFileMode)0b111_101_101);
        foreach (string file in Directory.GetFiles(State))
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);

        using var directory = new StateDirectory(State);

        Assert.All(
            [State, .. Directory.GetFiles(State)],
            path => Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & Others)));
        Assert.Equal(3, directory.Remarks.Count);
        Assert.Contains($"{directory.PathOf("write-marks.key")} was open to others (0644) and is 0600 now", directory.Remarks);
        directory.Dispose();
        using var again = new StateDirectory(State);
        Assert.Empty(again.Remarks);
    }

    /// <summary>/tmp, /var/lib: closing them would break what others do there.</summary>
    [Fact]
    public void A_shared_directory_is_not_restricted_and_rejected_if_world_writable()
    {
        Write("somebody.txt", "");
        File.SetUnixFileMode(State, (UnixFileMode)0b111_101_101);
        Assert.Contains("somebody.txt is in it", Assert.Single(new StateDirectory(State).Remarks), StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(State));

        File.SetUnixFileMode(State, (UnixFileMode)0b001_111_111_111);
        IOException refused = Assert.Throws<IOException>(() => new StateDirectory(State));

        Assert.Contains("can be written by everybody (01777)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ProxyGuard:State:Directory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_world_writable_directory_of_another_owner_is_rejected()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give a folder away");
        Directory.CreateDirectory(State);
        using (var chown = Process.Start("chown", ["65534", State]))
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.SetUnixFileMode(State, (UnixFileMode)0b111_111_111);

        Assert.Throws<IOException>(() => new StateDirectory(State));
        Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(State));
    }

    [Fact]
    public void Symbolic_links_in_place_of_state_files_are_not_followed()
    {
        Directory.CreateDirectory(State);
        string target = Path.Combine(_home, "target");
        File.WriteAllText(target, "precious");
        foreach (
            string name in (string[])["hold.json", "hold.json.new", "audit.jsonl", "write-marks.key", "writable", "writable.new",
                "replication.json"])
            File.CreateSymbolicLink(Path.Combine(State, name), target);

        var directory = new StateDirectory(State);
        Assert.Throws<InvalidDataException>(() => directory.Read("hold.json", 1000));
        Assert.Throws<IOException>(() => directory.AppendLine("audit.jsonl", "x"u8));
        directory.Replace("hold.json", "ours"u8);
        directory.SetAside("replication.json", DateTimeOffset.UnixEpoch);

        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Equal("ours"u8.ToArray(), directory.Read("hold.json", 1000));
        Assert.Equal(target, new FileInfo(Path.Combine(State, "replication.json.unreadable-19700101T000000Z")).LinkTarget);
    }

    [Fact]
    public async Task A_pipe_or_directory_in_place_of_a_state_file_does_not_block_the_start()
    {
        Directory.CreateDirectory(Path.Combine(State, "replication.json"));
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(State, "hold.json")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        await using GuardedSite site = await GuardedSite.StartAsync(_home);
        await site.TickAsync(3);

        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
        Assert.True(File.Exists(Path.Combine(State, "hold.json")));
        Assert.Single(Directory.GetDirectories(State, "replication.json.unreadable-*"));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, name), content);
    }

    private sealed class LogOf<T> : ILogger<T>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
