using System.Globalization;
using Lab.CommandLine;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;

namespace Lab.Deployer.Terminal;

/// <summary>Progress, a line an event. On a terminal the work under way is shown in the last line.</summary>
/// <param name="output">Takes text.</param>
/// <param name="terminal">Takes sequences of a terminal, to the same place; null where it is none.</param>
internal sealed class ProgressView(TextWriter output, TextWriter? terminal) : IProgressView
{
    private const string EmptyLine = "\r\e[K";

    private readonly Lock _lock = new();
    private readonly List<string> _underWay = [];

    public void Started(Resource resource, PlanAction action)
    {
        lock (_lock)
        {
            _underWay.Add(resource.Id);
            ShowUnderWay();
        }
    }

    public void Finished(Resource resource, PlanAction action, TimeSpan elapsed)
    {
        lock (_lock)
        {
            _underWay.Remove(resource.Id);
            Write(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds, 6:0.00} s  {Done(action)} {resource.Kind} {resource.Id}"));
        }
    }

    public void Note(string text)
    {
        lock (_lock)
        {
            Write($"          {text}");
        }
    }

    private void Write(string line)
    {
        terminal?.Write(EmptyLine);
        output.WriteLine(line);
        ShowUnderWay();
    }

    private void ShowUnderWay()
    {
        if (terminal is not null)
        {
            var line = _underWay.Count == 0 ? "" : $"   ...    {string.Join(", ", _underWay)}";
            terminal.Write(EmptyLine);
            output.Write(line[..Math.Min(line.Length, Output.Terminal.Profile.Width - 1)]);
        }

        output.Flush();
    }

    private static string Done(PlanAction action) =>
        action switch
        {
            PlanAction.Create => "created",
            PlanAction.Update => "changed",
            PlanAction.Replace => "replaced",
            _ => "removed",
        };
}
