using System.CommandLine;
using System.Net.Sockets;
using Lab.CommandLine;
using Lab.Dashboard.Live;
using Lab.Dashboard.Serving;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.Reports;
using Lab.Runtime.State;
using LabCli.Terminal;
using LabCli.Terminal.FullScreen;
using Spectre.Console;

namespace LabCli.Commands;

/// <summary>Runs a lab for a verb, and shows what happens as its options say.</summary>
internal static class LabRunner
{
    /// <summary>Runs it until it has ended.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="request">What is to be run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ParseResult arguments, Func<LabRequest> request, CancellationToken cancellationToken)
    {
        var view = View(arguments);
        await using var events = new EventStream(view);
        try
        {
            return await RunAsync(request(), events, view as FullScreenView, cancellationToken) ? 0 : 1;
        }
        catch (LabException e)
        {
            events.Add(new LabEvent.Error(e.Message));
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            events.Add(new LabEvent.Error(SystemErrors.Text(e)));
            return 1;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && cancellationToken.IsCancellationRequested)
        {
            // A socket that finds its network gone was being opened while the lab went down.
            events.Add(new LabEvent.Message("Interrupted; nothing of the lab is left running.") { IsLast = true });
            return Interruption.ExitCode;
        }
    }

    private static async Task<bool> RunAsync(LabRequest request, EventStream events, FullScreenView? screen, CancellationToken cancellationToken)
    {
        await using var prepared = await LabLauncher.PrepareAsync(request, events, cancellationToken);
        var folder = LabFolders.OfUser.Lab(request.Lab.Name);
        screen?.Attach(prepared.Host.Session.Resources, new UsualBoots(new KeptRuns(folder.Root)), folder);
        try
        {
            return await prepared.Host.RunAsync();
        }
        catch (LabException) when (request is { IsVpc: false, Lan: null })
        {
            events.Add(
                new LabEvent.Summary(
                    prepared.Host.Session.Elapsed,
                    [.. request.Lab.Nodes.Select(node => new LabEvent.NodeResult(node.Name, false, new Dictionary<BootStage, TimeSpan>()))]
                )
            );
            throw;
        }
    }

    private static ILabView View(ParseResult arguments) =>
        arguments.GetValue(CommonOptions.Json) ? new JsonView(Console.Out)
        : arguments.GetValue(RunOptions.Tui) ? FullScreenView.Open()
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveView(AnsiConsole.Console)
        : new PlainView(Console.Out, Console.Error);
}
