using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProxyGuard.Telling.Reports;

/// <summary>
/// A page of plain text, with colours where it is read on a terminal. Whatever is written is text: no markup is ever read from it, and no
/// control character of it reaches the terminal.
/// </summary>
internal sealed class ReportConsole
{
    // Wide enough for a statement, narrow enough for a mail.
    private const int WidthInFiles = 100;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _output;

    private ReportConsole(TextWriter output, bool isTerminal, int widthInFiles)
    {
        _output = output;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal)
            _console.Profile.Width = widthInFiles;
        _console.Profile.Capabilities.Unicode = true;
    }

    /// <param name="isTerminal">Whether a person reads it as it comes; NO_COLOR is honoured then (https://no-color.org).</param>
    /// <param name="widthInFiles">Columns, where nobody reads it as it comes.</param>
    public static ReportConsole On(TextWriter output, bool isTerminal, int widthInFiles = WidthInFiles) =>
        new(output, isTerminal, widthInFiles);

    public void Blank() => _output.WriteLine();

    public void Heading(string text, Style? style = null) => Paragraph(text, 0, style ?? new Style(decoration: Decoration.Bold));

    /// <summary>Wrapped at the page's width.</summary>
    /// <param name="indent">Columns.</param>
    public void Paragraph(string text, int indent = 0, Style? style = null) => Write(new Indented(new Text(Shown(text), style), indent));

    /// <summary>A paragraph behind a word, number or dash in front of it.</summary>
    /// <param name="width">Columns of what stands in front.</param>
    public void Item(string mark, string text, int indent, int width)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Width = width, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(new Text(Shown(mark), new Style(decoration: Decoration.Bold)), new Text(Shown(text)));
        Write(new Indented(grid, indent));
    }

    /// <summary>Cells below each other; the last one of a row is wrapped where it must be.</summary>
    public void Rows(IReadOnlyList<string[]> rows, int indent)
    {
        if (rows.Count == 0)
            return;
        var grid = new Grid { Expand = false };
        int columns = rows.Max(row => row.Length);
        for (int column = 0; column < columns; column++)
            grid.AddColumn(new GridColumn { NoWrap = column < columns - 1, Padding = new Padding(0, 0, column < columns - 1 ? 2 : 0, 0) });
        foreach (string[] row in rows)
            grid.AddRow([.. row.Select(cell => new Text(Shown(cell)))]);
        Write(new Indented(grid, indent));
    }

    /// <summary>To be copied: never wrapped, whatever the page's width.</summary>
    public void Command(string command, int indent)
    {
        foreach (string line in Shown(command).Split('\n'))
            _output.WriteLine($"{new string(' ', indent)}{line}");
    }

    public void Write(IRenderable part) => _console.Write(part);

    /// <summary>
    /// What a server says may hold anything: an escape sequence in an error text must not act on the terminal, and nothing may turn the
    /// direction of reading.
    /// </summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (char character in text.ReplaceLineEndings("\n"))
            shown.Append(character == '\n' || !IsHidden(character) ? character : '\uFFFD');
        return shown.ToString();
    }

    private static bool IsHidden(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format;

    /// <summary>Columns of blanks in front, and none behind: they would be copied along.</summary>
    private sealed class Indented(IRenderable part, int columns) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (SegmentLine line in Segment.SplitLines(part.Render(options, maxWidth - columns)))
            {
                while (line.Count > 0 && string.IsNullOrWhiteSpace(line[line.Count - 1].Text))
                    line.RemoveAt(line.Count - 1);
                yield return new Segment(new string(' ', columns));
                foreach ((int index, Segment segment) in line.Index())
                    yield return index < line.Count - 1 ? segment : new Segment(segment.Text.TrimEnd(), segment.Style);
                yield return Segment.LineBreak;
            }
        }
    }
}
