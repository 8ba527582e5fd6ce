using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Emulation.Aws;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Vpc;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Model.Services;

namespace LabCli.Commands;

/// <summary><c>route</c>: the way of a packet through a lab that runs in a VPC.</summary>
internal static class RouteCommand
{
    private static readonly Argument<string> From = new("from")
    {
        Description = "Who opens the connection: bastion, an instance (i-…), an address, or internet.",
    };
    private static readonly Argument<string> To = new("to") { Description = "The destination: the same, or a host on the internet, such as a registry." };
    private static readonly Option<int> Port = new Option<int>("--port")
    {
        Description = "Destination port.",
        HelpName = "PORT",
        DefaultValueFactory = _ => 443,
    }.Within(1, 65535, "1 to 65535");
    private static readonly Option<string> Protocol = new Option<string>("--protocol")
    {
        Description = "Protocol.",
        HelpName = "tcp|udp|icmp|icmpv6",
        DefaultValueFactory = _ => "tcp",
    }.OneOf("tcp", "udp", "icmp", "icmpv6");
    private static readonly Option<bool> Ipv6 = new("--ipv6") { Description = "Use IPv6. With an address as FROM or TO, the address decides." };

    public static Command Create()
    {
        var command = new VerbCommand(
            "route",
            "Show the path of a connection's first packet through a running lab's VPC, up to where it arrives or is dropped (exit code 1)."
        )
        {
            From,
            To,
            Port,
            Protocol,
            Ipv6,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = LabFile.Load(arguments.GetValue(CommonOptions.File));
        var folder = CommonOptions.Lab(arguments);
        var vpc = await ReadAsync(lab, folder, cancellationToken);
        var all = (IReadOnlyList<VpcParty>)[.. VpcParty.Inside(vpc), .. VpcParty.Outside(Dependency.Of(lab))];
        var (from, to) = (Find(all, arguments.GetValue(From)!), Find(all, arguments.GetValue(To)!));
        var isIpv6 = arguments.GetValue(Ipv6) || IsIpv6(arguments.GetValue(From)!) || IsIpv6(arguments.GetValue(To)!);
        var protocol = arguments.GetValue(Protocol)!;
        var verdict = from.Reaches(
            vpc,
            to,
            isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
            protocol,
            VpcProtocol.HasPorts(protocol) ? arguments.GetValue(Port) : 0
        );
        Print(vpc, verdict, arguments.GetValue(CommonOptions.Json));
        return verdict.IsAllowed ? 0 : 1;
    }

    private static async Task<VpcState> ReadAsync(LabDefinition lab, LabFolder folder, CancellationToken cancellationToken)
    {
        var url = LabStatus.Read(folder.Root)?.Services.GetValueOrDefault(LabResources.Aws)?.Url ?? throw LabClient.NotRunning(folder);
        using var reader = new VpcReader(new EmulatedAccount(new Uri(url), lab.Region), folder.Name, lab.Nodes);
        return await reader.ReadAsync(cancellationToken)
            ?? throw new LabException($"The emulator of lab {folder.Name} holds no VPC: it runs at home, not with --vpc, or nothing is deployed.");
    }

    private static VpcParty Find(IReadOnlyList<VpcParty> all, string name) =>
        all.FirstOrDefault(party =>
            party.Name == name || party.Id == name || (IPAddress.TryParse(name, out var address) && (address.Equals(party.Ipv4) || address.Equals(party.Ipv6)))
        )
        ?? (
            IPAddress.TryParse(name, out var outside)
                ? new VpcParty(name, name, null, IsIpv6(name) ? null : outside, IsIpv6(name) ? outside : null)
                : throw new LabException(
                    $"The VPC has no '{name}'. FROM and TO are an address or one of: {string.Join(", ", all.Select(party => party.Name))}."
                )
        );

    private static bool IsIpv6(string name) => IPAddress.TryParse(name, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static void Print(VpcState vpc, Verdict verdict, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(verdict, JsonSerializerOptions.Web));
            return;
        }

        foreach (var hop in verdict.Hops)
        {
            Console.WriteLine($"  {vpc.Place(hop), -24} {hop.Text}");
        }

        Console.WriteLine(verdict.IsAllowed ? "Allowed." : $"Dropped: {verdict.Reason}.");
    }
}
