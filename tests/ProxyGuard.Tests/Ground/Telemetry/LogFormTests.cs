using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Telemetry;

public sealed class LogFormTests : IDisposable
{
    // Ends the line, clears the terminal, turns the direction of reading.
    private const string Hostile = "a\nb\u001b[2J\u202ec";

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-log-").FullName;

    [Theory]
    [InlineData("proxyguard")]
    [InlineData("simple")]
    [InlineData("json")]
    [InlineData("systemd")]
    public void Texts_of_others_act_in_no_form(string form)
    {
        string lines = Written(form, $"{form}: {Hostile}", new InvalidOperationException(Hostile), scope: Hostile);

        Assert.DoesNotContain("\u001b[2J", lines, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', lines);
        Assert.DoesNotContain("a\nb", lines, StringComparison.Ordinal);
        Assert.Contains("b\\u001B[2J\\u202Ec", lines, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void The_journal_gets_one_line_with_its_priority(LogLevel level, string priority)
    {
        string lines = Written("systemd", "db2 is stuck", new InvalidOperationException("first\nsecond"), level: level);

        Assert.StartsWith($"{priority}ProxyGuard.Tests[1002] db2 is stuck ", lines, StringComparison.Ordinal);
        Assert.Single(lines.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Programs_get_an_object_a_line_with_the_values_by_their_names()
    {
        using JsonDocument line = JsonDocument.Parse(Written("json", "db2 is stuck"));

        Assert.Equal("db2 is stuck", line.RootElement.GetProperty("Message").GetString());
        Assert.Equal(1002, line.RootElement.GetProperty("EventId").GetInt32());
        Assert.Equal("Warning", line.RootElement.GetProperty("LogLevel").GetString());
    }

    [Fact]
    public void The_options_of_a_form_are_those_that_dotnet_has_for_it()
    {
        Assert.StartsWith(
            "2026 warn: ProxyGuard.Tests[1002] db2 is stuck",
            Written("simple", "db2 is stuck", options: new() { ["SingleLine"] = "true", ["TimestampFormat"] = "'2026 '" }), StringComparison.Ordinal);
        Assert.Contains("\n", Written("json", "db2 is stuck", options: new() { ["JsonWriterOptions:Indented"] = "true" }).TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8:30213", "socket:[30213]", true)]
    // Inherited by what a service started with its output elsewhere.
    [InlineData("8:30213", "socket:[30214]", false)]
    [InlineData("8:30213", "socket:[130213]", false)]
    [InlineData("8:30213", "/var/log/proxyguard.log", false)]
    [InlineData("8:30213", null, false)]
    [InlineData(null, "socket:[30213]", false)]
    [InlineData("nonsense", "socket:[nonsense]", false)]
    [InlineData("8:", "socket:[]", false)]
    public void The_journal_is_where_the_standard_output_leads(string? stream, string? output, bool expected) =>
        Assert.Equal(expected, LogForm.IsJournal(stream, output));

    [Theory]
    [InlineData(null, "info: ProxyGuard[5001] ")]
    [InlineData("json", "{\"EventId\":5001,")]
    [InlineData("systemd", "<6>")]
    public async Task The_program_logs_in_the_configured_form(string? form, string expected)
    {
        string file = await ConfigurationAsync(form);
        string log = Path.Combine(_directory, $"{form}.log");

        await using GuardProcess process = await GuardProcess.StartAsync(file, log);

        await Eventually.HappensAsync(
            "it says that it has started", TimeSpan.FromSeconds(30),
            () => File.Exists(log) && File.ReadAllText(log).Contains("5001", StringComparison.Ordinal));
        Assert.Contains(File.ReadLines(log), line => line.Contains(expected, StringComparison.Ordinal) && line.Contains("5001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_that_there_is_not_is_refused()
    {
        (int exitCode, string output) = await GuardProcess.RunToEndAsync("run", "--config", await ConfigurationAsync("plain"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "Logging:Console:FormatterName is plain but must be one of proxyguard, simple, json, systemd.", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<string> ConfigurationAsync(string? form)
    {
        string file = Path.Combine(_directory, "proxyguard.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Urls": "http://127.0.0.1:0",
              "Logging": { "Console": { {{(form is null ? "" : $"\"FormatterName\": \"{form}\"")}} } },
              "ReverseProxy": {
                "Routes": { "site": { "ClusterId": "site", "Match": { "Path": "{**catch-all}" } } },
                "Clusters": { "site": { "Destinations": { "web1": { "Address": "http://127.0.0.1:1/" } } } } },
              "ProxyGuard": {
                "Site": { "Name": "Photo Club" },
                "Nodes": { "db1": { "Connection": "Server=127.0.0.1;Port=1;User ID=proxyguard", "Role": "primary" },
                           "db2": { "Connection": "Server=127.0.0.1;Port=2;User ID=proxyguard", "Role": "replica" } },
                "Admin": { "Listen": "http://127.0.0.1:0" } }
            }
            """);
        return file;
    }

    private static string Written(
        string form, string text, Exception? error = null, string? scope = null, LogLevel level = LogLevel.Warning,
        Dictionary<string, string?>? options = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Logging:Console:FormatterName"] = form,
            ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
        };
        foreach ((string name, string? value) in options ?? [])
            settings[$"Logging:Console:FormatterOptions:{name}"] = value;
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.AddGuardLog(configuration.GetSection("Logging"))).BuildServiceProvider();
        Assert.Equal(form, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
        ConsoleFormatter formatter = services.GetServices<ConsoleFormatter>().First(one => one.Name == form);
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable? open = scope is null ? null : scopes.Push(scope);
        using var output = new StringWriter();
        formatter.Write(
            new LogEntry<string>(level, "ProxyGuard.Tests", new EventId(1002), text, error, static (state, _) => state), scopes, output);
        return output.ToString();
    }
}
