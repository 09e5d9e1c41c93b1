using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests;

/// <summary>
/// A script in a real PHP, with mysqli and PDO, that says one line after the other and ends when nobody listens any more.
/// </summary>
internal sealed class PhpScript : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private PhpScript(Process process) => _process = process;

    /// <param name="code">Without <c>&lt;?php</c>; finds <paramref name="arguments"/> from <c>$argv[1]</c> on.</param>
    public static PhpScript Start(string code, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "php", ["-d", "display_errors=stderr", "-d", "mysqli.allow_local_infile=1", "-r", code, "--", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var script = new PhpScript(Process.Start(start)!);
        script._process.OutputDataReceived += (_, line) => script.Hear(line.Data);
        script._process.ErrorDataReceived += (_, line) => _ = line.Data is null || script._lines.Writer.TryWrite($"PHP: {line.Data}");
        script._process.BeginOutputReadLine();
        script._process.BeginErrorReadLine();
        return script;
    }

    /// <summary>Whether there is a PHP that speaks to MySQL.</summary>
    public static bool IsInstalled { get; } = Modules() is { } modules && modules.Contains("mysqli", StringComparison.Ordinal)
        && modules.Contains("pdo_mysql", StringComparison.Ordinal);

    public static void SkipUnlessInstalled()
    {
        if (!IsInstalled)
            Assert.Skip("PHP with mysqli and PDO is not installed: apt-get install php-cli php-mysql");
    }

    /// <summary>How <paramref name="account"/> connects to a port of ours: address, port, name and password.</summary>
    public static string[] Connection(int port, Account account) =>
        ["127.0.0.1", port.ToString(CultureInfo.InvariantCulture), account.Name, account.Password];

    /// <summary>What it says next; null when it has ended.</summary>
    public async Task<string?> LineAsync()
    {
        using var patience = new CancellationTokenSource(ReadPortFleet.Deadline);
        return await _lines.Reader.WaitToReadAsync(patience.Token) && _lines.Reader.TryRead(out string? line) ? line : null;
    }

    /// <summary>Nobody listens any more.</summary>
    public void Finish() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? Modules()
    {
        try
        {
            using Process php = Process.Start(new ProcessStartInfo("php", ["-m"]) { RedirectStandardOutput = true })!;
            return php.StandardOutput.ReadToEnd();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
            _lines.Writer.TryComplete();
        else
            _lines.Writer.TryWrite(line);
    }
}
