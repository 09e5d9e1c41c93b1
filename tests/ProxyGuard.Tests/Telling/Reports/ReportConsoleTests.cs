using ProxyGuard.Telling.Reports;
using Spectre.Console;

namespace ProxyGuard.Tests.Telling.Reports;

public sealed class ReportConsoleTests
{
    private const string Attack = "Duplicate entry '[red]7[/]' \u001b[2J\u202E for key [[x]] \a";

    [Fact]
    public void Markup_is_written_as_text_and_terminal_escapes_are_removed()
    {
        string page = Written(console =>
        {
            console.Paragraph(Attack, 2, new Style(Color.Red));
            console.Item("1.", Attack, 2, 2);
            console.Command(Attack, 2);
        });

        Assert.Equal(3, page.Split("'[red]7[/]'").Length - 1);
        Assert.Equal(3, page.Split("[[x]]").Length - 1);
        Assert.DoesNotContain(page, character => character is '\u001b' or '\u202E' or '\a');
    }

    [Fact]
    public void A_report_written_to_a_file_has_no_colours_and_100_columns()
    {
        string page = Written(console =>
        {
            console.Heading("heading", new Style(Color.Red, decoration: Decoration.Bold));
            console.Paragraph(string.Concat(Enumerable.Repeat("words ", 60)), 4);
            console.Item("label", string.Concat(Enumerable.Repeat("words ", 60)), 4, 20);
        });
        string[] lines = page.Split(Environment.NewLine);

        Assert.DoesNotContain('\u001b', page);
        Assert.InRange(lines.Max(line => line.Length), 90, 100);
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public void A_command_is_never_wrapped()
    {
        string command = $"SELECT {new string('x', 300)}";

        Assert.Equal($"  {command}{Environment.NewLine}", Written(console => console.Command(command, 2)));
    }

    private static string Written(Action<ReportConsole> write)
    {
        using var output = new StringWriter();
        write(ReportConsole.On(output, isTerminal: false));
        return output.ToString();
    }
}
