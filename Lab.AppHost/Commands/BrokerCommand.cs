using System.CommandLine;
using CliWrap;
using Lab.Emulation.Fabric.UserNamespace;
using Lab.Emulation.Host;
using Command = System.CommandLine.Command;

namespace Lab.AppHost.Commands;

/// <summary>The program's part inside a user namespace, see <see cref="SocketBroker"/>; not for users.</summary>
internal static class BrokerCommand
{
    private const string Name = "socket-broker";

    private static readonly Argument<string> Path = new("path");

    /// <summary>Starts it; the path of its socket is to follow.</summary>
    public static CliWrap.Command Invocation { get; } = Cli.Wrap(DotNet.Host).WithArguments([typeof(BrokerCommand).Assembly.Location, Name]);

    public static Command Create()
    {
        var command = new Command(Name) { Path };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => SocketBroker.ServeAsync(arguments.GetValue(Path)!, cancellationToken));
        return command;
    }
}
