using System.CommandLine;
using System.Net;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace LabCli.Commands;

/// <summary><c>adopt</c>: takes a machine into the lab file.</summary>
internal static class AdoptCommand
{
    private static readonly Argument<string> Mac = new("MAC") { Description = "The machine's MAC address, as lab serve has seen it." };
    private static readonly Argument<string> Node = new("NAME") { Description = "The name that it gets." };
    private static readonly Option<string?> Address = new("--address")
    {
        Description = "The address that the router is to give it; without it the next free one of the private subnet.",
        HelpName = "ADDRESS",
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "adopt",
            """
            Add a machine to nodes of the lab file, in which everything else stays as it is, comments too.

            Examples:
              lab adopt 52:54:00:66:66:66 cp4
              lab adopt 52:54:00:66:66:66 cp4 --address 192.168.1.14
            """
        )
        {
            Mac,
            Node,
            Address,
            CommonOptions.File,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(CommonOptions.File) ?? LabFile.DefaultName;
        if (!File.Exists(file))
        {
            throw new LabException($"There is no lab file {file} to add the machine to. Write one with: {LabCommand.Line("init")}");
        }

        // Two at once would each write the file without the other's machine.
        PrivateFolder.Create(LabFolders.OfUser.State);
        await using var alone = await FileLock.TakeAsync(Path.Combine(LabFolders.OfUser.State, "adopt.lock"), cancellationToken);
        var lab = LabFile.Load(file);
        var node = new NodeDefinition
        {
            Name = arguments.GetValue(Node)!,
            Mac = MacAddress.TryParse(arguments.GetValue(Mac)!, out var mac)
                ? mac
                : throw new LabException($"'{arguments.GetValue(Mac)}' is not a MAC address; six pairs of hexadecimal digits are, like 52:54:00:13:00:01."),
            Address = arguments.GetValue(Address) is { } text
                ? IPAddress.TryParse(text, out var given) && $"{given}" == text
                    ? given
                    : throw new LabException($"--address: '{text}' is not an IPv4 address.")
                : LabFileEdit.FreeAddress(lab)
                    ?? throw new LabException($"{lab.Network.PrivateSubnet} has no free address after those of the nodes. Name one with --address."),
        };
        var changed = LabFileEdit.AddNode(File.ReadAllText(file), file, node, Environment.GetEnvironmentVariable);
        WholeFile.Write(file, changed);
        Console.WriteLine(
            $"{file} has {node.Name} now: {node.Mac}, {node.Address}. Reserve the address in the router ({LabCommand.Line("reservations")}), and start {LabCommand.Line("serve")} again."
        );
        var nodes = LabFile.Parse(changed, file, Environment.GetEnvironmentVariable).Nodes;
        foreach (var usual in lab.Nodes.Where(usual => !nodes.Contains(usual)))
        {
            Console.WriteLine($"The file named no nodes before: {usual.Name} ({usual.Mac}), which a lab has then, is no longer part of it.");
        }
    }
}
