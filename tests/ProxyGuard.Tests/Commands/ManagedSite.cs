using ProxyGuard.Commands;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Commands;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed record Told(int ExitCode, string Output, string Errors);

/// <summary>A site, and an operator at a terminal who has a key to it.</summary>
internal sealed class ManagedSite : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-operator-").FullName;

    private ManagedSite(GuardedSite site) => Site = site;

    public GuardedSite Site { get; }

    public static async Task<ManagedSite> StartAsync()
    {
        var managed = new ManagedSite(await GuardedSite.StartWellAsync());
        Assert.Null(new KeyFile(managed.PathOf("key")).Write(GuardedSite.Key));
        return managed;
    }

    public string PathOf(string file) => Path.Combine(_directory, file);

    public ManagementAccess Access => new(Site.ManagementAddress, null, new KeyFile(PathOf("key")));

    public Task<Told> StatusAsync(ManagementAccess? access = null, string language = "en", bool isJson = false) => RunAsync(
        (form, errors) => StatusCommand.RunAsync(access ?? Access, form, errors, CancellationToken.None), language, isJson);

    public Task<Told> HoldAsync(WantedHold wanted, string language = "en") => RunAsync(
        (form, errors) => HoldCommand.RunAsync(wanted, Access, form, errors, CancellationToken.None), language);

    public Task<Told> ReleaseAsync(string language = "en") => RunAsync(
        (form, errors) => ReleaseCommand.RunAsync(Access, form, errors, CancellationToken.None), language);

    public async Task<Told> ReloadAsync() => await RunAsync(
        (form, errors) => ReloadCommand.RunAsync(Access, form.Output, errors, CancellationToken.None), "en");

    public async Task<Told> CompareAsync(string configFile) => await RunAsync(
        (form, errors) => ReloadCommand.CompareAsync(Access, configFile, form.Output, errors, CancellationToken.None), "en");

    public Task<Told> AuditAsync(int last, bool isJson = false) => RunAsync(
        (form, errors) => AuditCommand.RunAsync(last, Access, form, errors, CancellationToken.None), "en", isJson);

    public static async Task<Told> RunAsync(Func<ReportForm, TextWriter, Task<int>> command, string language, bool isJson = false)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exitCode = await command(new ReportForm(output, language, isJson, IsTerminal: false), errors);
        return new Told(exitCode, output.ToString(), errors.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
