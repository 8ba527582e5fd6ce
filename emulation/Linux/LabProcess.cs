using System.ComponentModel;
using CliWrap;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>A running process of a lab: journalled, marked, its output logged.</summary>
public sealed class LabProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CommandTask<CommandResult> _task;
    private readonly ProcessIdentity? _identity;

    private LabProcess(CommandTask<CommandResult> task)
    {
        _task = task;
        _identity = ProcessIdentity.Of(task.ProcessId);
        Exited = ExitCodeAsync();
    }

    /// <summary>Process id.</summary>
    public int Pid => _task.ProcessId;

    /// <summary>Completes with the exit code when the process has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="name">Its name in the journal.</param>
    /// <param name="command">What to run.</param>
    /// <param name="lab">The lab that it belongs to.</param>
    /// <param name="journal">Where it is announced.</param>
    /// <param name="log">Gets its standard output and standard error.</param>
    /// <param name="isNoise">Which of its lines are not logged: those that the lab itself causes all the time.</param>
    /// <exception cref="LabException">The program cannot be started.</exception>
    public static LabProcess Start(string name, Command command, LabFolder lab, Journal journal, LogFile log, Func<string, bool>? isNoise = null)
    {
        journal.Write(new ProcessStarted(name));
        void Write(string line)
        {
            if (!IsNoise(isNoise, line))
            {
                log.Write(line);
            }
        }

        PipeTarget Output() => PipeTarget.Create((stream, cancellationToken) => new LineSplitter(Write).ReadAsync(stream, cancellationToken));
        try
        {
            return new LabProcess(
                InOwnSession(command)
                    .WithEnvironmentVariables(new Dictionary<string, string?>(command.EnvironmentVariables) { [ProcessMark.Variable] = lab.Run })
                    .WithValidation(CommandResultValidation.None)
                    .WithStandardOutputPipe(Output())
                    .WithStandardErrorPipe(Output())
                    .ExecuteAsync()
            );
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new LabException($"Cannot start {name}: {e.Message}", inner: e);
        }
    }

    /// <summary>A line that cannot be judged is logged: no line ends the process that it is of.</summary>
    private static bool IsNoise(Func<string, bool>? isNoise, string line)
    {
        try
        {
            return isNoise?.Invoke(line) == true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Asks the process to end, and kills it when it has not after three seconds.</summary>
    public async Task StopAsync()
    {
        _identity?.Terminate();
        if (await Task.WhenAny(_task.Task, Task.Delay(Patience)) != _task.Task)
        {
            _identity?.Kill();
        }

        await _task.Task;
    }

    /// <summary>Asks the process to read its files again.</summary>
    public void Reload() => _identity?.Reload();

    /// <summary>Ends the process at once.</summary>
    public async Task KillAsync()
    {
        _identity?.Kill();
        await _task.Task;
    }

    /// <summary>Ctrl-C in a terminal is for the program, which ends its processes in order; in a session of their own it does not reach them.</summary>
    private static Command InOwnSession(Command command) => command.WithTargetFile("setsid").WithArguments($"\"{command.TargetFilePath}\" {command.Arguments}");

    private async Task<int> ExitCodeAsync() => (await _task.Task).ExitCode;
}
