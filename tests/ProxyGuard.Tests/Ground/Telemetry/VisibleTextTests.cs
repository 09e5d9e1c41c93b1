using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Telling.Admin;

namespace ProxyGuard.Tests.Ground.Telemetry;

/// <summary>What others wrote never acts on the terminal that shows it, and never looks like a line of ours.</summary>
public sealed class VisibleTextTests
{
    // A line break and a false line; clear the screen; the same in C1; turn the direction of reading; a line separator; DEL.
    private const string Hostile = "anna\r\n2026-11-28T20:00:00.000Z info: all is well\u001b[2J\u009b31m\u202Egnp.exe\u2066\u2028\u007f";
    private const string Shown = """anna\r\n2026-11-28T20:00:00.000Z info: all is well\u001b[2J\u009b31m\u202egnp.exe\u2066\u2028\u007f""";

    [Theory]
    [InlineData(Hostile, Shown)]
    [InlineData("Gr\u00FC\u00DFe, \u65E5\u672C \U0001F98A \u00AB\u00A0x\u00A0\u00BB",
    "Gr\u00FC\u00DFe, \u65E5\u672C \U0001F98A \u00AB\u00A0x\u00A0\u00BB")]
    [InlineData("a\tb", "a\\tb")]
    [InlineData("", "")]
    public void Control_and_bidi_characters_are_escaped(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void A_log_event_is_always_a_single_line()
    {
        var output = new StringWriter();
        Exception error;
        try
        {
            throw new InvalidOperationException(Hostile);
        }
        catch (InvalidOperationException e)
        {
            error = e;
        }

        new LogLines().Write(
            new LogEntry<string>(
                LogLevel.Warning, "ProxyGuard.Guarding", new EventId(2003), $"Hold set: {Hostile}", error, (state, _) => state),
            null, output);

        string line = Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(line, char.IsControl);
        Assert.DoesNotContain('\u202E', line);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: ProxyGuard\.Guarding\[2003\] Hold set: anna\\r\\n", line);
        Assert.Contains("InvalidOperationException", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_text_in_the_output_of_check_stays_on_one_line()
    {
        var output = new StringWriter();
        await using var lines = new VisibleLines(output);

        await lines.WriteLineAsync($"FAIL db2: {Hostile}");
        lines.WriteLine("ok    db3");
        lines.Write($"{Hostile}");

        Assert.Equal($"FAIL db2: {Shown}{Environment.NewLine}ok    db3{Environment.NewLine}{Shown}", output.ToString());
    }

    [Fact]
    public void Management_JSON_escapes_control_characters_without_changing_values()
    {
        string json = AdminJson.Text(document => document.WriteString("reason", Hostile));

        Assert.DoesNotContain(json, letter => letter != '\n' && (char.IsControl(letter) || letter is '\u202E' or '\u2066' or '\u2028'));
        Assert.Equal(Hostile, JsonDocument.Parse(json).RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public void An_audit_entry_is_one_line_of_printable_ASCII()
    {
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(
            new AuditLine(DateTimeOffset.UnixEpoch, "anna", "normal", "maintenance", Hostile), StateJson.Default.AuditLine);

        Assert.All(line, letter => Assert.InRange(letter, (byte)' ', (byte)'~'));
    }
}
