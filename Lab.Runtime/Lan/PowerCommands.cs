using System.ComponentModel;
using System.Net;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;

namespace Lab.Runtime.Lan;

/// <summary>The user's commands that switch a real machine: what is run, for how long at most, and what is said where one fails or is missing.</summary>
/// <param name="lab">The lab.</param>
/// <param name="node">The machine.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="workingFolder">Where the commands run, and where relative paths of programs begin.</param>
/// <param name="log">Gets what they print.</param>
internal sealed class PowerCommands(LabDefinition lab, NodeDefinition node, LabFolder folder, string workingFolder, LogFile log)
{
    /// <summary>A command may wait until a management controller has done what it says; one that hangs must not keep the next from being given.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What is switched on again at once may not have been without power.</summary>
    private static readonly TimeSpan BetweenOffAndOn = TimeSpan.FromSeconds(3);

    private const int ShownLines = 5;

    /// <summary>The commands.</summary>
    public PowerDefinition Definition { get; } = lab.MachineOf(node).Power;

    /// <summary>Switches it on.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public Task<string?> OnAsync(IPAddress address, CancellationToken cancellationToken) => RunAsync("on", Definition.On!, address, cancellationToken);

    /// <summary>Switches it off.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public Task<string?> OffAsync(IPAddress address, CancellationToken cancellationToken) => RunAsync("off", Definition.Off!, address, cancellationToken);

    /// <summary>Switches it off and on again.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public async Task<string?> CycleAsync(IPAddress address, CancellationToken cancellationToken)
    {
        if (Definition.Cycle is { } cycle)
        {
            return await RunAsync("cycle", cycle, address, cancellationToken);
        }

        if (await OffAsync(address, cancellationToken) is { } problem)
        {
            return problem;
        }

        await Task.Delay(BetweenOffAndOn, cancellationToken);
        return await OnAsync(address, cancellationToken) is { } off ? $"{node.Name} is off. {off}" : null;
    }

    /// <summary>Why it cannot be switched off, or off and on again.</summary>
    public string WhyNot(string command) =>
        $"{node.Name} is a real machine, and the lab file has no command that switches it {(command == ResourceCommand.PowerOff ? "off (power.off)" : "off and on again (power.cycle, or power.off and power.on)")}. "
        + $"Add one, or press its button; where it listens to Wake-on-LAN, it is switched on with: {LabCommand.Line($"start {node.Name}")}";

    private async Task<string?> RunAsync(string action, IReadOnlyList<string> command, IPAddress address, CancellationToken cancellationToken)
    {
        var program = command[0].Contains('/') ? Path.GetFullPath(command[0], workingFolder) : command[0];
        var output = new Queue<string>();
        void Take(string line)
        {
            log.Write($"power.{action}: {line}");
            lock (output)
            {
                output.Enqueue(line);
                _ = output.Count > ShownLines && output.TryDequeue(out _);
            }
        }

        string Failed(string how)
        {
            lock (output)
            {
                return $"{node.Name}: the command power.{action} {how}{string.Concat(output.Select(line => $"\n  {VisibleText.Of(line)}"))}";
            }
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Timeout);
        try
        {
            log.Write($"lab: runs power.{action}");
            var lines = PipeTarget.Create((stream, token) => new LineSplitter(Take).ReadAsync(stream, token));
            var ended = await Cli.Wrap(program)
                .WithArguments(command.Skip(1))
                .WithWorkingDirectory(workingFolder)
                .WithEnvironmentVariables(Variables(action, address))
                .WithStandardOutputPipe(lines)
                .WithStandardErrorPipe(lines)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(stop.Token);
            return ended.ExitCode == 0 ? null : Failed($"has ended with exit code {ended.ExitCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"has not ended within {Timeout.TotalSeconds:0} s, and was killed. Whether it has done its work Lab does not know.");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or DirectoryNotFoundException)
        {
            return $"{node.Name}: the command power.{action} cannot be run: {VisibleText.Of(e.Message)}";
        }
    }

    private Dictionary<string, string?> Variables(string action, IPAddress address) =>
        new()
        {
            [ProcessMark.Variable] = folder.Run,
            [PowerDefinition.LabVariable] = lab.Name,
            [PowerDefinition.NodeVariable] = node.Name,
            [PowerDefinition.RoleVariable] = node.Role,
            [PowerDefinition.MacVariable] = $"{node.Mac}",
            [PowerDefinition.AddressVariable] = $"{address}",
            [PowerDefinition.ActionVariable] = action,
        };
}
