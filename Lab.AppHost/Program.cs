using System.CommandLine;
using Lab.AppHost.Commands;
using Lab.AppHost.Embedded;
using Lab.AppHost.Terminal;
using Lab.Deployer.Terminal;
using Lab.Model;
using CommandLineErrors = Lab.Deployer.Commands.CommandLineErrors;

if (OpenFiles.TooFew() is { } tooFew)
{
    Console.Error.WriteLine(tooFew);
    return 1;
}

using var interruption = Interruption.Watch();
#if ASPIRE
if (Lab.AppHost.AspireHost.AspireApplication.IsPublish(args))
{
    return await Lab.AppHost.AspireHost.AspireApplication.PublishAsync(args, interruption.Token);
}
#endif

VisibleTerminal.Install();
var root = new RootCommand("""
    Rehearses a network-boot lab on this machine: DHCP, TFTP, HTTP boot, DNS, registry caches, an AWS emulator and nodes that boot from the network.

    Examples:
      dotnet run --project Lab.AppHost                      run the lab of lab.yaml until Ctrl-C
      dotnet run --project Lab.AppHost -- --once            boot the nodes, report, take everything down
      dotnet run --project Lab.AppHost -- --nodes 3         three nodes
      dotnet run --project Lab.AppHost -- --fault wrong-mac see what a mistake looks like
      dotnet run --project Lab.AppHost -- doctor            what this machine lacks
      dotnet run --project Lab.AppHost -- check             what of lab.yaml cannot work on AWS
    """)
{
    CommonOptions.File,
    CommonOptions.Name,
    CommonOptions.Json,
    CheckCommand.Create(),
    DoctorCommand.Create(),
    PsCommand.Create(),
    DownCommand.Create(),
    SchemaCommand.Create(),
    LogsCommand.Create(),
    ConsoleCommand.Create(),
    DashboardCommand.Create(),
    RouteCommand.Create(),
    BrokerCommand.Create(),
};
ResourceCommands.Create().ToList().ForEach(root.Subcommands.Add);
RunCommand.Configure(root);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    var text = CommandLineErrors.Text(parsed, "dotnet run --project Lab.AppHost --");
    await (parsed.CommandResult.Command == root && args.Contains(CommonOptions.Json.Name) ? new JsonView(Console.Out).ShowAsync(new LabEvent.Error(text)) : new ValueTask(Console.Error.WriteLineAsync(text)));
    return 1;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
}
catch (LabException e)
{
    Console.Error.WriteLine(e.Message);
    return e.ExitCode;
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
    return 1;
}
