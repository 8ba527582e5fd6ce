using System.CommandLine;
using System.Net.Sockets;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;
using LabCli.Terminal;

namespace LabCli.Commands;

/// <summary>
/// <c>console</c>: a terminal on the serial line of a running lab's node. It passes bytes on as they are, as a serial cable does: a
/// firmware's menu needs them. All other verbs show text of others with escapes.
/// </summary>
internal static class ConsoleCommand
{
    private static readonly Argument<string> Node = CommonOptions.Resource("node", "A node of the lab.", resource => resource.Kind == ResourceKind.Node);

    public static Command Create()
    {
        var command = new VerbCommand(
            "console",
            "Attach to the serial console of a node of a running lab, with its latest output. The machine's bytes reach your terminal unchanged. Ctrl-] detaches."
        )
        {
            Node,
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (lab, node) = (CommonOptions.Lab(arguments), arguments.GetValue(Node)!);
        await using var line = await ConnectAsync(lab, node, cancellationToken);
        if (Console.IsInputRedirected)
        {
            throw new LabException(
                $"console needs a terminal to type on, and there is none here. Read what {node} writes with: {LabCommand.Line($"logs {node} --follow")}"
            );
        }

        await AttachedConsole.RunAsync(line, cancellationToken);
        return 0;
    }

    private static async Task<Stream> ConnectAsync(LabFolder lab, string node, CancellationToken cancellationToken)
    {
        try
        {
            return await UnixSocket.ConnectAsync(ConsoleServer.SocketPath(lab, node), cancellationToken);
        }
        catch (SocketException e)
        {
            if (LabStatus.Read(lab.Root)?.Nodes is { Count: > 0 } nodes && !nodes.ContainsKey(node))
            {
                throw new LabException(UnknownResource.Message(node, nodes.Keys, "node", $"Lab {lab.Name}"), inner: e);
            }

            throw new LabException($"Lab {lab.Name} has no node '{node}' that was switched on, or does not run. See: {LabCommand.Line("ps")}", inner: e);
        }
    }
}
