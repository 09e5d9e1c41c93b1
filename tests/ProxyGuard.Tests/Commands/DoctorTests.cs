using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Commands;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Commands;

public sealed class DoctorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-doctor-").FullName;
    private readonly ScriptedFleet _fleet = new();

    [Fact]
    public async Task A_healthy_fleet_is_shown_as_a_tree_without_errors()
    {
        SiteDiagnosis diagnosis = await LookAsync();
        Report report = Report.Of(form => Said(diagnosis, form));

        Assert.Equal(
            ["db1", "db2", "db3"],
            report.Lines.Select(line => line.TrimStart(' ', '├', '└', '─').Split(' ')[0])
                .Where(word => word.StartsWith("db", StringComparison.Ordinal)));
        Assert.Contains(report.Lines, line => line.StartsWith("├── db2 ", StringComparison.Ordinal));
        Assert.Equal(0, diagnosis.Count(Severity.Error));
        Assert.All(diagnosis.Fleet.Nodes, node => Assert.Equal(NodeHealth.Fresh, node.Health));
    }

    [Fact]
    public async Task A_stuck_replica_is_explained_with_exit_code_2()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();

        SiteDiagnosis diagnosis = await LookAsync();
        Report report = Report.Of(form => Said(diagnosis, form));

        Assert.Equal(2, report.ExitCode);
        Assert.Contains(report.Lines, line => line.StartsWith("ERROR  db2 already has a row", StringComparison.Ordinal));
        Assert.Contains("SQL on db2:", report.Text, StringComparison.Ordinal);
        Assert.Contains("SQL on db1, its source:", report.Text, StringComparison.Ordinal);
        Assert.Contains("What not to do", report.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', report.Text);
        Assert.DoesNotContain("hunter2", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_servers_are_checked_too()
    {
        SiteDiagnosis one = await LookAsync("web2");
        SiteDiagnosis all = await LookAsync("web1", "web2", "web3");
        Report report = Report.Of(form => Said(all, form));

        Assert.Contains(one.Findings, finding => finding.Code == "web-server-failing" && finding.Severity == Severity.Warning);
        Assert.Equal(2, report.ExitCode);
        Assert.Contains(
            report.Lines, line => line.StartsWith("ERROR  the site: The site’s web servers do not answer.", StringComparison.Ordinal));
        Assert.Contains(
            report.Lines,
            line => line.Contains("web3 (http://127.0.0.1:9003/) does not answer: Connection refused", StringComparison.Ordinal));
        Assert.Equal("web-servers-unreachable", Report.Of(form => Said(all, form), isJson: true).Json().GetProperty("cause").GetString());
    }

    [Fact]
    public async Task The_same_fault_of_two_replicas_is_one_entry_in_text_but_two_in_JSON()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();
        _fleet["db3"].StopApplying();

        SiteDiagnosis diagnosis = await LookAsync();
        Report report = Report.Of(form => Said(diagnosis, form));
        string text = string.Join(' ', report.Text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

        Assert.Single(report.Lines, line => line.StartsWith("ERROR", StringComparison.Ordinal));
        Assert.Contains("insert. The same on db3.", text, StringComparison.Ordinal);
        Assert.Contains("What to do, in this order, first on db2, then on db3", text, StringComparison.Ordinal);
        Assert.Contains("SQL on db2 and db3:", text, StringComparison.Ordinal);
        Assert.Contains(
            "In a shell, for db3: mysqldump --host=db3", text.Replace("mariadb-dump", "mysqldump", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(["db2", "db3"], Report.Of(form => Said(diagnosis, form),
            isJson: true).Json().GetProperty("checksPerformed").EnumerateArray()
            .Single(check => check.GetProperty("id").GetString() == "sql-duplicate-key").GetProperty("detectedProblems").EnumerateArray()
                .Select(problem => problem.GetProperty("dbObject").GetString()));
    }

    [Fact]
    public async Task Different_faults_of_two_replicas_are_reported_separately()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();
        _fleet["db3"].StopApplying();
        _fleet["db3"].SqlError = new ReplicationError(
            1062, "Could not execute Write_rows event on table photos.other; Duplicate entry '9' for key 'PRIMARY'");

        SiteDiagnosis diagnosis = await LookAsync();

        Assert.Equal(2, Report.Of(form => Said(diagnosis, form)).Lines.Count(line => line.StartsWith("ERROR", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_backup_reminder_appears_only_if_no_step_asks_for_a_backup()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();

        SiteDiagnosis diagnosis = await LookAsync();
        Report report = Report.Of(form => Said(diagnosis, form));
        Report withoutStep = Report.Of(
            form => Said(diagnosis with
            {
                Findings = [.. diagnosis.Findings.Select(
                finding => finding with { Steps = [.. finding.Steps.Where(step => !step.IsBackup)
                    .Select(step => step with { Danger = Danger.High })] })]
            }, form));

        Assert.DoesNotContain("Before you change anything", report.Text, StringComparison.Ordinal);
        Assert.Contains("Before you change anything", withoutStep.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_of_a_fault_is_unknown_if_it_existed_when_doctor_started()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();

        SiteDiagnosis diagnosis = await LookAsync();

        Assert.All(diagnosis.Findings, finding => Assert.Null(finding.Since));
        Assert.Contains(
            "not known; it was so when this look began", Report.Of(form => Said(diagnosis, form)).Text.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_server_gives_exit_code_2()
    {
        await LookAsync();
        _fleet["db3"].IsSilent = true;

        Assert.Equal(2, Report.Of(form => Said(LookAsync().GetAwaiter().GetResult(), form)).ExitCode);
    }

    [Fact]
    public async Task Errors_give_exit_code_2_warnings_1_and_notices_0()
    {
        SiteDiagnosis well = await LookAsync();

        Assert.Equal(Expected(well), DoctorCommand.ExitCodeOf(well));
        Assert.Equal(1, DoctorCommand.ExitCodeOf(well with { Findings = [Of(Severity.Notice), Of(Severity.Warning)] }));
        Assert.Equal(0, DoctorCommand.ExitCodeOf(well with { Findings = [Of(Severity.Notice)] }));
        Assert.Equal(2, DoctorCommand.ExitCodeOf(well with { Findings = [Of(Severity.Warning), Of(Severity.Error)] }));
    }

    [Fact]
    public async Task Refused_writes_give_exit_code_1_even_without_warnings()
    {
        SiteDiagnosis well = await LookAsync();
        GuardView closed = well.View with { Incident = new Incident(Cause.ReplicasBehind, well.Now, SawFault: true, CalmSince: null) };

        Assert.Equal(1, DoctorCommand.ExitCodeOf(well with { View = closed, Findings = [Of(Severity.Notice)] }));
    }

    [Fact]
    public async Task Server_text_is_never_interpreted_as_markup_or_terminal_escapes()
    {
        await LookAsync();
        _fleet["db2"].StopApplying();
        _fleet["db2"].SqlError = new ReplicationError(
            1062, "Duplicate entry '[red]7[/]\u001b[2J' for key 'PRIMARY' on table [bold]photos.comments");

        SiteDiagnosis diagnosis = await LookAsync();
        Report report = Report.Of(form => Said(diagnosis, form));
        Report json = Report.Of(form => Said(diagnosis, form), isJson: true);

        Assert.Contains("[red]7[/]", report.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', report.Text);
        Assert.DoesNotContain('\u001b', json.Text);
        Assert.Contains(
            "[red]7[/]\u001b[2J", ProblemOf(json.Json(), "db2").GetProperty("values").GetProperty("text").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Who follows whom")]
    [InlineData("de", "Wer wem folgt")]
    [InlineData("fr", "Qui suit qui")]
    public async Task The_report_is_in_the_requested_language(string language, string words)
    {
        SiteDiagnosis diagnosis = await LookAsync();

        Assert.Contains(words, Report.Of(form => Said(diagnosis, form), language).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_reads_saved_timelines_and_leaves_the_state_directory_untouched()
    {
        string home = Path.Combine(_directory, "running");
        Directory.CreateDirectory(home);
        await using GuardedSite site = await GuardedSite.StartAsync(home);
        await site.TickAsync(4, bytesWritten: 100);
        site.Fleet["db2"].StopApplying();
        await site.TickAsync(60, bytesWritten: 100);
        await site.StopAsync();
        (string, DateTime, long)[] before = StateIn(home);
        Assert.Contains(before, file => file.Item1 == "replication.json");

        GuardSettings settings = await ReadAsync(Path.Combine(home, "proxyguard.json"));
        SiteDiagnosis diagnosis = await new FleetVisit(
            settings,
            new ProxyGuardEdges { Time = site.Time, Boot = BootClock.None, Probes = site.Fleet.ProbeOf, Examiners = site.Fleet.ExaminerOf })
            .LookAsync(TimeSpan.Zero, TimeSpan.Zero, CancellationToken.None);

        // What is written down is a second apart.
        Assert.InRange(diagnosis.Fleet.Nodes[1].LagAt(diagnosis.Now)!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.False(diagnosis.Fleet.Nodes[1].IsEstimated);
        Assert.Equal(before, StateIn(home));
        // And since when it has been so.
        Finding stuck = diagnosis.Findings.First(finding => finding.Node == 1 && finding.Severity == Severity.Error);
        Assert.InRange(diagnosis.At - diagnosis.SinceOf(stuck)!.Value, TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(31));
    }

    /// <summary>Not the visit's own beginning, which is when a looker came.</summary>
    [Fact]
    public async Task Doctor_reports_the_incident_start_stored_by_the_running_instance()
    {
        string home = Path.Combine(_directory, "running");
        Directory.CreateDirectory(home);
        await using GuardedSite site = await GuardedSite.StartAsync(home);
        await site.TickAsync(4);
        await site.StopReplicasAsync();
        await site.TickAsync(60);
        await site.StopAsync();

        GuardSettings settings = await ReadAsync(Path.Combine(home, "proxyguard.json"));
        SiteDiagnosis diagnosis = await new FleetVisit(
            settings,
            new ProxyGuardEdges { Time = site.Time, Boot = BootClock.None, Probes = site.Fleet.ProbeOf, Examiners = site.Fleet.ExaminerOf })
            .LookAsync(TimeSpan.Zero, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(Cause.ReplicasStuck, diagnosis.Status.Observed);
        Assert.InRange(diagnosis.At - diagnosis.Status.Since!.Value, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(33));
    }

    [Fact]
    public async Task The_doctor_command_reports_silent_servers_and_writes_no_state()
    {
        JsonObject json = Configured.Sample();
        foreach (string node in (string[])["db1", "db2", "db3"])
            json.Put($"ProxyGuard:Nodes:{node}:Connection", $"Server=127.0.0.1;Port={node[2..]};User ID=proxyguard;Password=hunter2");
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, json.ToJsonString());

        Report text = await RunAsync("doctor", "--config", file, "--lang", "de");
        Report machine = await RunAsync("doctor", "--config", file, "--output", "json");

        Assert.Equal((2, 2), (text.ExitCode, machine.ExitCode));
        Assert.Contains("antwortet nicht", text.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Text);
        Assert.DoesNotContain("hunter2", text.Text + machine.Text, StringComparison.Ordinal);
        Assert.Equal("silent", machine.Json().GetProperty("topology")[0].GetProperty("state").GetString());
        Assert.False(Directory.Exists(Path.Combine(_directory, "state")));
    }

    [Fact]
    public async Task A_wrong_configuration_gives_exit_code_78() =>
        Assert.Equal(78, (await RunAsync("doctor", "--config", Path.Combine(_directory, "nowhere.json"))).ExitCode);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static int Expected(SiteDiagnosis diagnosis) => diagnosis.Count(Severity.Warning) > 0 ? 1 : 0;

    private static Finding Of(Severity severity) =>
        new() { Code = "sql-duplicate-key", Severity = severity, Confidence = Confidence.Certain };

    private static int Said(SiteDiagnosis diagnosis, ReportForm form)
    {
        DoctorCommand.Write(diagnosis, form);
        return DoctorCommand.ExitCodeOf(diagnosis);
    }

    private static JsonElement ProblemOf(JsonElement diagnosis, string node) => diagnosis.GetProperty("checksPerformed").EnumerateArray()
        .SelectMany(check => check.GetProperty("detectedProblems").EnumerateArray())
        .First(problem => problem.GetProperty("dbObject").GetString() == node);

    private static (string, DateTime, long)[] StateIn(string home) =>
        [
            .. new DirectoryInfo(Path.Combine(home, "state")).EnumerateFiles()
            .Select(file => (file.Name, file.LastWriteTimeUtc, file.Length)).Order(),
        ];

    private static async Task<GuardSettings> ReadAsync(string file) => (await new ConfigurationSource(file).ReadAsync()).Settings;

    private async Task<SiteDiagnosis> LookAsync(params string[] silentWebServers)
    {
        string file = Path.Combine(_directory, "scripted.json");
        JsonObject json = Configured.Sample();
        foreach (string node in (string[])["db1", "db2", "db3"])
            json.Put($"ProxyGuard:Nodes:{node}:Connection", $"Server={node}.internal.example;User ID=proxyguard;Password=hunter2");
        await File.WriteAllTextAsync(file, json.ToJsonString());
        var visit = new FleetVisit(
            await ReadAsync(file), new ProxyGuardEdges { Probes = _fleet.ProbeOf, Examiners = _fleet.ExaminerOf, AskWebServer = AskAsync });
        return await visit.LookAsync(TimeSpan.Zero, TimeSpan.Zero, CancellationToken.None);

        Task<WebServerReply> AskAsync(WebServerSettings server, CancellationToken stop) => Task.FromResult(
            silentWebServers.Contains(server.Name) ? new WebServerReply(WebServerAnswer.Refused, "Connection refused")
                : new WebServerReply(WebServerAnswer.Answered, "200"));
    }

    private static async Task<Report> RunAsync(params string[] arguments)
    {
        string[] command = DotNet.Running("ProxyGuard.dll", arguments);
        EndedProcess ended = await EndedProcess.OfAsync(new ProcessStartInfo(command[0], command[1..]));
        return new Report(ended.ExitCode, ended.Output);
    }
}
