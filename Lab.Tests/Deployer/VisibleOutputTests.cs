using System.Text.Json;
using System.Text.RegularExpressions;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Model.Running;
using Lab.Runtime.State;
using Lab.Tests.Model;
using Lab.Tests.Programs;
using LabCli.Terminal;
using Spectre.Console;

namespace Lab.Tests.Deployer;

/// <summary>Text of others does nothing to a terminal, and the programs' own sequences still work.</summary>
public sealed partial class VisibleOutputTests
{
    private static readonly Uri Nobody = new("http://127.0.0.1:9");

    [Fact]
    public async Task An_error_of_lab_deploy_shows_what_it_was_given()
    {
        using var program = new LabDeploy("{}");

        var plain = (await program.RunAsync(Nobody, $"plan{VisibleTextTests.Hostile}")).Expect(1);
        var json = (await program.RunAsync(Nobody, $"plan{VisibleTextTests.Hostile}", "--json")).Expect(1);

        Assert.Contains(VisibleTextTests.Shown, plain.Errors);
        Assert.Empty(VisibleTextTests.HiddenIn(plain.Said));
        Assert.Empty(VisibleTextTests.HiddenIn(json.Said));
        Assert.Contains(VisibleTextTests.Hostile, JsonDocument.Parse(json.Output).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_definition_and_what_is_wrong_with_it_are_shown()
    {
        using var program = new LabDeploy($"{{netwrk: {JsonSerializer.Serialize(VisibleTextTests.Hostile)}, \"{"x\\u202Ey"}\": 1}}");

        var run = (await program.RunAsync(Nobody, "check")).Expect(1);

        Assert.Contains(@"x\u202ey", run.Said);
        Assert.Empty(VisibleTextTests.HiddenIn(run.Said));
    }

    [Fact]
    public async Task An_error_of_the_lab_shows_what_it_was_given()
    {
        await using var program = new LabProgram();

        var run = await program.RunAsync($"up{VisibleTextTests.Hostile}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(VisibleTextTests.Shown, run.Errors);
        Assert.Empty(VisibleTextTests.HiddenIn(run.Transcript));
    }

    [Fact]
    public void A_table_keeps_its_colours_and_shows_its_texts()
    {
        using var written = new StringWriter();
        var console = Open(written);

        console.Write(new Table().AddColumn("Name").AddRow(new Text("red\u202e\u009b2J", new Style(Color.Red))));
        console.MarkupLineInterpolated(Output.Visible($"[bold]{VisibleTextTests.Hostile}[/]"));

        Assert.Contains("\e[91mred", written.ToString());
        Assert.Contains(@"\u202e\u009b2J", written.ToString());
        var text = Sequence().Replace(written.ToString(), "");
        Assert.True(text.Contains(VisibleTextTests.Shown, StringComparison.Ordinal), text);
        Assert.Empty(VisibleTextTests.HiddenIn(text));
    }

    [Fact]
    public async Task The_live_view_shows_the_texts_of_services_and_moves_the_cursor_itself()
    {
        using var written = new StringWriter();
        await using (var view = new LiveView(Open(written)))
        {
            await view.ShowAsync(new LabEvent.Service("dns", ResourceState.Unhealthy, VisibleTextTests.Hostile, null, null, TimeSpan.Zero));
            await view.ShowAsync(new LabEvent.Message($"Found {VisibleTextTests.Hostile}"));
            await view.ShowAsync(new LabEvent.Error(VisibleTextTests.Hostile));
        }

        Assert.Contains($"Found {VisibleTextTests.Shown}", written.ToString());
        Assert.Contains("\e[", written.ToString());
        Assert.Empty(VisibleTextTests.HiddenIn(Sequence().Replace(written.ToString(), "")));
        Assert.DoesNotContain("\e[2J", written.ToString());
    }

    [Fact]
    public void Progress_keeps_its_own_sequences()
    {
        using var terminal = new StringWriter();
        var progress = new ProgressView(new VisibleWriter(terminal), terminal);

        progress.Note(VisibleTextTests.Hostile);

        Assert.StartsWith("\r\e[K", terminal.ToString());
        Assert.Contains(VisibleTextTests.Shown, terminal.ToString());
    }

    private static IAnsiConsole Open(StringWriter written)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.Standard,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(written),
            }
        );
        console.Profile.Width = 400;
        return VisibleTerminal.Guard(console);
    }

    /// <summary>Colours and movements of the cursor, as Spectre.Console writes them.</summary>
    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\r")]
    private static partial Regex Sequence();
}
