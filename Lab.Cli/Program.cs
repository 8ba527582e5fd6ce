using System.CommandLine;
using System.Reflection;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Runtime.Reports;
using Lab.Runtime.State;
using LabCli.Commands;

// Published as one file, it is also the programs that a lab runs in processes of their own.
if (args is [OwnProgram.Word, var own, .. var ofOwn])
{
    return (int)Assembly.Load(own).EntryPoint!.Invoke(null, [ofOwn])!;
}

if (OpenFiles.TooFew() is { } tooFew)
{
    Console.Error.WriteLine(tooFew);
    return 1;
}

using var interruption = Interruption.Watch();
VisibleTerminal.Install();
var root = LabCommandLine.Create();
var parsed = root.ParseWords(args);
var failureCode = (parsed.CommandResult.Command as VerbCommand)?.FailureCode ?? (usual => usual);
if (CommandLineErrors.Text(parsed, LabCommand.Program) is { } error)
{
    await (UpCommand.PrintsJson(parsed) ? new JsonView(Console.Out).ShowAsync(new LabEvent.Error(error)) : new ValueTask(Console.Error.WriteLineAsync(error)));
    return failureCode(1);
}

if (!LabCommand.OfNoLab.Contains(parsed.CommandResult.Command.Name))
{
    ChosenOptions.Keep(parsed, [CommonOptions.File, CommonOptions.FileInFull, CommonOptions.Name]);
}

try
{
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
        interruption.Token
    );
}
catch (LabException e)
{
    Console.Error.WriteLine(e.Message);
    return failureCode(e.ExitCode);
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return Interruption.ExitCode;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
{
    // A full disk, a folder that may not be written, a program that cannot be run: the system's own words say which.
    Console.Error.WriteLine(SystemErrors.Text(e));
    return failureCode(1);
}
