using System.CommandLine;
using System.Net.Sockets;
using Lab.Emulation.Host;
using Lab.Emulation.Machines;
using Lab.Model;

namespace Lab.AppHost.Commands;

/// <summary>
/// <c>console</c>: a terminal on the serial line of a running lab's node. It passes bytes on as they are, as a serial cable does: a
/// firmware's menu needs them. All other verbs show text of others with escapes.
/// </summary>
internal static class ConsoleCommand
{
    /// <summary>Ctrl-], as telnet and virsh have it.</summary>
    private const byte Leave = 0x1d;

    private static readonly Argument<string> Node = new("node") { Description = "A node of the lab." };

    public static Command Create()
    {
        var command = new Command("console", "Attach to the serial console of a running lab's node: what it wrote last, what it writes, and what you type. Your terminal gets the machine's bytes as they are. Ctrl-] leaves.") { Node, CommonOptions.File, CommonOptions.Name };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (lab, node) = (CommonOptions.Lab(arguments), arguments.GetValue(Node)!);
        await using var line = await ConnectAsync(lab, node, cancellationToken);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var terminal = await RawTerminal.EnterAsync();
        await using var output = Console.OpenStandardOutput();
        var typing = Task.Run(() => Type(line, left), CancellationToken.None);
        try
        {
            await line.CopyToAsync(output, left.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Left, or the lab has ended.
        }

        return 0;
    }

    /// <summary>The end of piped input does not leave: what comes is still to be read.</summary>
    private static void Type(Stream line, CancellationTokenSource left)
    {
        using var input = Console.OpenStandardInput();
        var typed = new byte[256];
        while (input.Read(typed) is > 0 and var length)
        {
            if (typed.AsSpan(0, length).Contains(Leave))
            {
                left.Cancel();
                return;
            }

            line.Write(typed, 0, length);
        }
    }

    private static async Task<Stream> ConnectAsync(LabFolder lab, string node, CancellationToken cancellationToken)
    {
        try
        {
            return await UnixSocket.ConnectAsync(ConsoleServer.SocketPath(lab, node), cancellationToken);
        }
        catch (SocketException e)
        {
            throw new LabException($"Lab {lab.Name} has no node '{node}' that was switched on, or does not run. See: dotnet run --project Lab.AppHost -- ps", inner: e);
        }
    }
}
