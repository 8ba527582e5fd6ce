using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>Removes what a lab has left on the host, and nothing else: its journal names the namespaces, the mark finds the processes.</summary>
public static class CleanUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>So long after they were killed, processes that are still there do not end.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(12);

    /// <summary>Removes everything of a lab whose program has ended. Logs and what the caches hold stay.</summary>
    /// <returns>What was removed, a phrase each; empty when nothing was left.</returns>
    /// <exception cref="LabException">A process does not end, or a namespace cannot be removed; the journal is kept.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(LabFolder lab, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        if (await RemovedFolder.EndHostsAsync(lab, cancellationToken) > 0)
        {
            removed.Add("the program, whose folder was deleted");
        }

        var entries = Journal.Read(lab);
        var containers = await RemoveContainersAsync(lab, entries, cancellationToken);
        if (await EndAsync(lab, () => ProcessMark.Find(lab), Patience, cancellationToken) is > 0 and var ended)
        {
            removed.Add(ended == 1 ? "1 process" : $"{ended} processes");
        }

        // Again: the engine may have been making one.
        if (containers.Union(await RemoveContainersAsync(lab, entries, cancellationToken)).Count() is > 0 and var all)
        {
            removed.Add(all == 1 ? "1 container" : $"{all} containers");
        }

        foreach (var made in entries.OfType<NamespaceMade>().Union(RemovedFolder.NamespacesOf(lab).Select(name => new NamespaceMade(name))))
        {
            if (!lab.OwnsNamespace(made.Name))
            {
                // Written by somebody else, or damaged: what it names is not this lab's to remove.
                removed.Add($"nothing of the journal's entry for a namespace {Printable(made.Name)}, which is not this lab's");
                continue;
            }

            if (!File.Exists(NamespacePath(made.Name)))
            {
                continue;
            }

            var result = await Cli.Wrap("ip")
                .WithArguments(["netns", "delete", made.Name])
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            if (!result.IsSuccess)
            {
                throw new LabException(
                    $"Cannot remove the network namespace {made.Name}: {result.StandardError.Trim()} Try again with: down --name {lab.Name}"
                );
            }

            removed.Add($"namespace {made.Name}");
        }

        if (Directory.Exists(lab.Run))
        {
            Directory.Delete(lab.Run, recursive: true);
            removed.Add("the run folder");
        }

        if (File.Exists(lab.Journal))
        {
            File.Delete(lab.Journal);
        }

        return removed;
    }

    /// <summary>A name that may hold anything, for a message.</summary>
    private static string Printable(string name) => $"'{string.Concat(name.Take(64).Select(letter => letter is >= ' ' and <= '~' ? letter : '?'))}'";

    private static async Task<IReadOnlyList<string>> RemoveContainersAsync(
        LabFolder lab,
        IReadOnlyList<JournalEntry> entries,
        CancellationToken cancellationToken
    )
    {
        var removed = new List<string>();
        foreach (var made in entries.OfType<ContainersMade>().Where(made => made.Lab == lab.UniqueName))
        {
            try
            {
                removed.AddRange(ContainerEngine.Of(made.Engine) is { } engine ? await engine.RemoveAllAsync(made.Lab, cancellationToken) : []);
            }
            catch (LabException e)
            {
                throw new LabException(
                    $"Cannot remove the containers of lab {lab.Name}: {e.Message} Start the engine and try again with: down --name {lab.Name}. If it is gone for good, delete {lab.Journal}",
                    inner: e
                );
            }
        }

        return removed;
    }

    /// <summary>Where iproute2 keeps a named network namespace.</summary>
    internal static string NamespacePath(string name) => $"/run/netns/{name}";

    /// <summary>Asks processes to end and kills those that do not, as well as any that come meanwhile.</summary>
    /// <param name="lab">Whose they are.</param>
    /// <param name="find">Finds those that run.</param>
    /// <param name="patience">How long they may take to end by themselves.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="LabException">One does not end.</exception>
    internal static async Task<int> EndAsync(LabFolder lab, Func<IEnumerable<ProcessIdentity>> find, TimeSpan patience, CancellationToken cancellationToken)
    {
        var all = new HashSet<ProcessIdentity>(find());
        foreach (var process in all.Where(process => !ContainerEngine.IsCreating(process)))
        {
            process.Terminate();
        }

        var asked = Stopwatch.GetTimestamp();
        while (find().ToList() is { Count: > 0 } left)
        {
            all.UnionWith(left);
            if (Stopwatch.GetElapsedTime(asked) > patience + AfterKill)
            {
                throw new LabException(
                    $"Processes of lab {lab.Name} do not end: {string.Join(", ", left.Select(process => process.Pid))}. Nothing else of it was removed; try again with: down --name {lab.Name}"
                );
            }

            if (Stopwatch.GetElapsedTime(asked) > patience)
            {
                left.Where(process => !ContainerEngine.IsCreating(process)).ToList().ForEach(process => process.Kill());
            }

            await Task.Delay(20, cancellationToken);
        }

        return all.Count;
    }
}
