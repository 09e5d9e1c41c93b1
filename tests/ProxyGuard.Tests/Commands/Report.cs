using System.Text.Json;
using ProxyGuard.Commands;

namespace ProxyGuard.Tests.Commands;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed record Report(int ExitCode, string Text)
{
    public static Report Of(Func<ReportForm, int> command, string language = "en", bool isJson = false, bool isTerminal = false)
    {
        using var output = new StringWriter();
        int exitCode = command(new ReportForm(output, language, isJson, isTerminal));
        return new Report(exitCode, output.ToString());
    }

    public IEnumerable<string> Lines => Text.Split(Environment.NewLine);

    public JsonElement Json()
    {
        using JsonDocument json = JsonDocument.Parse(Text);
        return json.RootElement.Clone();
    }
}
