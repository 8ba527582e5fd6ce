using System.CommandLine;
using System.Diagnostics;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;

namespace LabCli.Commands;

/// <summary><c>down</c>: ends a lab, or removes what a crash has left of it.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly Option<bool> All = new("--all") { Description = "All labs of this user." };

    public static Command Create()
    {
        var command = new VerbCommand("down", "End a lab that runs, or remove what a crash has left of it. Logs and what the caches hold stay.")
        {
            CommonOptions.File,
            CommonOptions.Name,
            All,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(All) && (arguments.GetValue(CommonOptions.Name) ?? arguments.GetValue(CommonOptions.File)) is not null)
        {
            throw new LabException("--all ends the labs of every name: leave out --name and --file, or --all.");
        }

        if (!arguments.GetValue(All))
        {
            var lab = CommonOptions.Lab(arguments);
            Console.WriteLine(
                Directory.Exists(lab.Root) || RemovedFolder.HasTraces(lab) ? await EndAsync(lab, cancellationToken) : $"There is no lab {lab.Name}."
            );
            return 0;
        }

        var failed = 0;
        foreach (var lab in LabFolders.OfUser.All().Where(lab => lab.MayRun))
        {
            try
            {
                Console.WriteLine(await EndAsync(lab, cancellationToken));
            }
            catch (LabException e)
            {
                // The others are to end all the same.
                Console.Error.WriteLine(e.Message);
                failed = 1;
            }
        }

        return failed;
    }

    private static async Task<string> EndAsync(LabFolder lab, CancellationToken cancellationToken)
    {
        using var held = LabLock.TryTake(lab) ?? await EndHostAsync(lab, cancellationToken);
        var removed = await CleanUp.RunAsync(lab, cancellationToken);
        return removed.Count == 0 ? $"Lab {lab.Name} is down." : $"Lab {lab.Name} is down; removed {string.Join(", ", removed)}.";
    }

    /// <summary>Asks the program that runs the lab to end, and kills it when it does not.</summary>
    private static async Task<LabLock> EndHostAsync(LabFolder lab, CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(asked) < 2 * Patience)
        {
            // Read anew each time: a lab that has just started has not written its journal yet.
            // Only the program that holds the lock is asked: the journal is a file, and what it names may be another process.
            var host = Journal.Read(lab).OfType<HostStarted>().LastOrDefault()?.Process is { } process && process.Holds(lab) ? process : null;
            if (Stopwatch.GetElapsedTime(asked) < Patience)
            {
                host?.Terminate();
            }
            else
            {
                host?.Kill();
            }

            for (var i = 0; i < 20; i++)
            {
                if (LabLock.TryTake(lab) is { } held)
                {
                    return held;
                }

                await Task.Delay(50, cancellationToken);
            }
        }

        throw new LabException($"Lab {lab.Name} is held by another program that does not end. See: fuser -v {lab.Lock}");
    }
}
