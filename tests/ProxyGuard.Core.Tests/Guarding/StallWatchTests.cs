using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Guarding;

public class StallWatchTests
{
    // One word a tick, half a second apart: writes under way at the web server, a slash, what the primary shows: a letter for each write
    // statement,
    // s standing at a lock, c at a commit, r working, w waiting for a row; + the head has moved; ? it was not answered. "-" is nothing.
    [Theory]
    [InlineData("2/ss 2/ss 2/ss 2/ss 2/ss", "no no no no STALL")]
    [InlineData("1/s 2/ss 3/sss 4/ssss 5/sssss 6/ssssss", "no no no no no STALL")]
    [InlineData("3/scc 3/scc 3/scc 3/scc 3/scc", "no no no no STALL")] // a full disk: one waits for space, the others for it
    [InlineData("9/- 9/- 9/- 9/- 9/- 9/- 9/-", "no no no no no no no")] // uploads, or web servers that hang
    [InlineData("2/? 2/? 2/? 2/? 2/? 2/?", "no no no no no no")]
    [InlineData("2/rr 2/rr 2/rr 2/rr 2/rr 2/rr", "no no no no no no")] // long statements
    [InlineData("1/s 1/s 1/s 1/s 1/s 1/s", "no no no no no no")] // one alone
    [InlineData("2/s 2/s 2/s 2/s 2/s 2/s", "no no no no no no")]
    [InlineData("3/ww 3/ww 3/ww 3/ww 3/ww 3/ww", "no no no no no no")] // two members, one row
    [InlineData("2/ss+ 2/ss+ 2/ss+ 2/ss+ 2/ss+ 2/ss+", "no no no no no no")] // others complete
    [InlineData("2/ss 2/ss 2/ss 2/ss+ 2/ss 2/ss 2/ss 2/ss", "no no no no no no no STALL")]
    [InlineData("2/ss 2/ss 2/- 2/ss 2/ss 2/ss", "no no no no no STALL")]
    [InlineData("2/ss 0/ss 0/ss 0/ss 0/ss 0/ss", "no no no no no no")] // not ours
    [InlineData("2/ss 2/ss 2/ss 2/ss 2/ss 2/ss 2/ss+", "no no no no STALL STALL no")]
    [InlineData("2/ss 2/ss 2/ss 2/ss 2/ss 2/ss 0/-", "no no no no STALL STALL STALL")] // gone, but not through
    [InlineData("2/ss 2/ss 2/ss 2/ss 2/ss 2/? 0/s 0/ss", "no no no no STALL STALL STALL STALL")]
    public void Writes_blocked_on_the_primary_for_two_seconds_are_a_stall(string ticks, string expected) =>
        Assert.Equal(expected, Play(ticks, seesOthers: true));

    // The same where PROCESS is not granted: how many statements run beside the replicas', letters as above, and "begun" grows by each
    // new one.
    [Theory]
    [InlineData("2/ss 3/sss 4/ssss 5/sssss 6/ssssss 7/sssssss", "no no no no STALL STALL")]
    [InlineData("1/s 2/ss 2/ss 2/ss 2/ss 2/ss", "no no no no no STALL")]
    [InlineData("1/s 1/s 2/s 2/s 2/s 2/s 2/s", "no no no no no no no")] // an upload beside a long statement
    [InlineData("2/ss 2/ss 2/ss 2/ss 2/ss 2/ss", "no no no no no no")] // two long statements, begun before we looked
    // web servers whose connections all hang give some up
    [InlineData("5/sssss 5/sssss 5/sssss 5/sssss 5/ss 5/sssss 5/sssss 5/sssss", "no no no no no no STALL STALL")]
    [InlineData("9/- 9/- 9/- 9/- 9/- 9/-", "no no no no no no")]
    [InlineData("3/ww 4/www 5/wwww 6/wwwww 7/wwwwww 8/wwwwwww", "no no no no no no")]
    [InlineData("2/rr 3/rrr 4/rrrr 5/rrrrr 6/rrrrrr", "no no no no no")] // rows change
    [InlineData("2/ss 3/sss 4/ssss 5/sssss 6/ssssss 7/-", "no no no no STALL STALL")]
    [InlineData("4/ssss 5/sssss 6/ssssss 5/sssss 3/sss 3/sss", "no no no no no no")] // fewer are under way than at first: they complete
    public void Status_counters_reveal_a_stall_too_but_need_more_evidence(string ticks, string expected) =>
        Assert.Equal(expected, Play(ticks, seesOthers: false));

    [Fact]
    public void Completing_writes_of_other_clients_are_not_a_stall()
    {
        var site = new Primary { SeesOthers = false, WritesThroughUs = 2 };
        foreach (string word in "s ss sss ssss sssss ssssss sssssss".Split(' '))
            site.TickWord(2, word);

        Assert.Null(site.Watch.Stall);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stall_ends_when_no_write_has_waited_for_two_trial_intervals(bool seesOthers)
    {
        const string Stalled = "2/ss 3/sss 4/ssss 5/sssss 6/ssssss";
        string quiet = string.Join(' ', Enumerable.Repeat("0/-", 20));
        string[] before = ["no", "no", "no", "no"];

        Assert.Equal([.. before, .. Enumerable.Repeat("STALL", 21), "no"], Play($"{Stalled} {quiet} 0/-", seesOthers).Split(' '));
        // A trial that hangs in between.
        Assert.Equal([.. before, .. Enumerable.Repeat("STALL", 22)], Play($"{Stalled} {quiet[..^3]}1/s 0/-", seesOthers).Split(' '));
    }

    [Fact]
    public void Different_blocked_statements_in_each_reading_are_not_a_stall()
    {
        var site = new Primary();
        for (int tick = 0; tick < 20; tick++)
            site.Tick(2, Standing(tick * 10, "UPDATE photos SET likes = 1"), Standing(tick * 10 + 1, "UPDATE photos SET likes = 1"));

        Assert.Null(site.Watch.Stall);
    }

    [Fact]
    public void A_primary_is_checked_for_a_stall_only_if_its_head_stands_still_with_writes_in_flight()
    {
        var site = new Primary();
        for (int tick = 0; tick < 5; tick++)
        {
            site.Write(100);
            site.Tick(7);
            Assert.False(site.Watch.IsWorthAsking(new SiteTraffic(7, 0, 0), site.Now));
        }

        Assert.True(site.Watch.IsWorthAsking(new SiteTraffic(2, 0, 0), site.Now + TimeSpan.FromSeconds(0.5)));
        Assert.True(site.Watch.IsWorthAsking(new SiteTraffic(1, 0, 0), site.Now + TimeSpan.FromSeconds(0.5)));
        Assert.False(site.Watch.IsWorthAsking(new SiteTraffic(0, 0, 0), site.Now + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_stall_is_confirmed_before_the_next_regular_reading()
    {
        var site = new Primary();
        site.Tick(0);
        TimeSpan interval = TimeSpan.FromSeconds(0.5);
        var due = new List<bool>();
        for (int tick = 0; tick < 5; tick++)
        {
            site.Tick(2, Standing(1, "INSERT INTO a VALUES (1)"), Standing(2, "COMMIT"));
            due.Add(site.Watch.AwaitsConfirmation(site.Traffic, interval, site.Now + TimeSpan.FromSeconds(0.1)));
        }

        // Two seconds after the first of them: between the fourth and the fifth, and no longer once it is decided.
        Assert.Equal([false, false, false, true, false], due);
        Assert.NotNull(site.Watch.Stall);
    }

    [Fact]
    public void A_stall_begins_when_the_head_stands_still_with_writes_in_flight()
    {
        var site = new Primary();
        site.Tick(0);
        site.Write(50);
        site.Tick(0);
        MonotonicInstant busy = site.Now + TimeSpan.FromSeconds(0.5);
        for (int tick = 0; tick < 5; tick++)
            site.Tick(3, Standing(1, "insert into a values (1)"), Standing(2, "COMMIT"));

        Assert.Equal(busy, site.Watch.Stall!.Since);
        Assert.Equal(["insert into a values (1)", "COMMIT"], site.Watch.Stall.Waiting.Select(write => write.Text));
    }

    [Fact]
    public void A_stall_is_dated_from_when_several_writes_were_in_flight_not_from_the_next_reading()
    {
        var site = new Primary { SeveralSince = MonotonicInstant.At(0.5) };
        site.Tick(0);
        for (int tick = 0; tick < 4; tick++)
            site.Tick(2, Standing(1, "INSERT INTO a VALUES (1)"), Standing(2, "COMMIT"));

        Assert.Equal(MonotonicInstant.At(0.5), site.Watch.Stall?.Since);
    }

    [Theory]
    [InlineData("INSERT INTO a VALUES (1)", true)]
    [InlineData("  update a set b = 1", true)]
    [InlineData("/* index.php:12 */ DELETE FROM a", true)]
    [InlineData("/* a */ /* b */\nREPLACE a VALUES (1)", true)]
    [InlineData("commit", true)]
    [InlineData("LOAD DATA INFILE 'x' INTO TABLE a", true)]
    [InlineData("SELECT * FROM updates", false)]
    [InlineData("UPDATES", false)]
    [InlineData("SET autocommit = 0", false)]
    [InlineData("ALTER TABLE a ADD b INT", false)]
    [InlineData("/* unfinished", false)]
    [InlineData("", false)]
    public void A_write_statement_is_recognised_by_its_first_keyword(string text, bool isWrite) =>
        Assert.Equal(isWrite, Standing(1, text).IsWrite);

    [Theory]
    [InlineData("Waiting for global read lock", true)]
    [InlineData("Waiting for backup lock", true)]
    [InlineData("Waiting for commit lock", true)]
    [InlineData("Waiting for table metadata lock", true)]
    [InlineData("Waiting for table level lock", true)]
    [InlineData("Waiting for someone to free space", true)]
    [InlineData("waiting for handler commit", true)]
    [InlineData("query end", true)]
    [InlineData("Commit", true)]
    [InlineData("Locked", true)]
    [InlineData("updating", false)]
    [InlineData("Updating", false)]
    [InlineData("update", false)]
    [InlineData("User sleep", false)]
    [InlineData("Sending data", false)]
    [InlineData("executing", false)]
    [InlineData("", false)]
    public void A_statement_that_is_working_or_waiting_for_a_row_lock_is_not_blocked(string state, bool stands) =>
        Assert.Equal(stands, (Standing(1, "UPDATE a SET b = 1") with { State = state }).Stands);

    private static RunningStatement Standing(long session, string text) =>
        new(session, "site", text, "Waiting for global read lock", TimeSpan.FromSeconds(1));

    private static string Play(string ticks, bool seesOthers)
    {
        var site = new Primary { SeesOthers = seesOthers };
        // Idle for long: a head that stands is no sign by itself.
        for (int tick = 0; tick < 10; tick++)
            site.Tick(0);
        var seen = new List<string>();
        foreach (string word in ticks.Split(' '))
        {
            string[] parts = word.Split('/');
            if (word.EndsWith('+'))
                site.Write(100);
            site.TickWord(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1].TrimEnd('+'));
            seen.Add(site.Watch.Stall is null ? "no" : "STALL");
        }

        return string.Join(' ', seen);
    }

    private sealed class Primary
    {
        private readonly Ticks _ticks = new(PrimaryNode);
        private long _head = 1_000;
        private long _rows = 1;
        private int _running;
        private int _begun;

        public StallWatch Watch { get; private set; } = StallWatch.Start;

        public bool SeesOthers { get; init; } = true;

        /// <summary>Null: all that begin in the primary.</summary>
        public long? WritesThroughUs { get; init; }

        public SiteTraffic Traffic { get; private set; }

        /// <summary>Null: since the tick that shows several first.</summary>
        public MonotonicInstant? SeveralSince { get; init; }

        public MonotonicInstant Now => _ticks.Now;

        public void Write(long bytes) => _head += bytes;

        public void Tick(long underWay, params RunningStatement[] statements) =>
            Tick(underWay, new PrimaryActivity { Statements = [.. statements] });

        public void TickWord(long underWay, string word)
        {
            if (word == "?")
            {
                Tick(underWay, (PrimaryActivity?)null);
                return;
            }

            string letters = word.Trim('-');
            _begun += Math.Max(0, letters.Length - _running);
            _running = letters.Length;
            _rows += letters.Count(letter => letter == 'r');
            Tick(underWay, new PrimaryActivity
            {
                Statements = SeesOthers
                    ? [.. letters.Select((letter, place) => Standing(place, "INSERT INTO a VALUES (1)") with { State = StateOf(letter) })]
                    : null,
                Running = letters.Length + 2,
                RowLockWaits = letters.Count(letter => letter == 'w'),
                WritesBegun = _begun,
                RowsChanged = _rows,
            });
        }

        private void Tick(long underWay, PrimaryActivity? activity)
        {
            _ticks.Tick(askedAt => ((NodeReading.Answered)Ticks.Primary(_head)(askedAt)) with { Activity = activity });
            Traffic = new SiteTraffic(
                underWay, WritesThroughUs ?? activity?.WritesBegun ?? 0,
                0)
            { SeveralSince = Traffic.HasSeveral ? Traffic.SeveralSince : SeveralSince ?? _ticks.Now };
            Watch = Watch.Next(_ticks.Fleet.Primary, followers: 2, Traffic, _ticks.Now);
        }

        private static string StateOf(char letter) => letter switch
        {
            's' => "Waiting for table metadata lock",
            'c' => "query end",
            'r' => "Sending data",
            'w' => "updating",
            _ => throw new ArgumentException($"{letter}"),
        };
    }
}
