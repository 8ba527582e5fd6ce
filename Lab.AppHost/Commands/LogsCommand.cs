using System.CommandLine;
using Lab.Dashboard.Looks;

namespace Lab.AppHost.Commands;

/// <summary><c>logs</c>: the log of a resource of a running lab.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string> Resource = new("resource") { Description = "A resource, as ps names it." };
    private static readonly Option<bool> Follow = new("--follow") { Description = "Go on with what comes, until Ctrl-C." };

    public static Command Create()
    {
        var command = new Command("logs", "Print the log of a service or node of a running lab, each line with its time.") { Resource, Follow, CommonOptions.File, CommonOptions.Name };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var lab = new LabClient(CommonOptions.Lab(arguments));
        try
        {
            await lab.ReadLogAsync(arguments.GetValue(Resource)!, arguments.GetValue(Follow), line => Console.WriteLine(AnsiText.Plain(line)), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how following ends.
        }

        return 0;
    }
}
