using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;

namespace Lab.Emulation.Network.Vpc;

/// <summary>The kernel's packet filter in the router.</summary>
internal sealed class PacketFilter(INamespaces namespaces)
{
    private readonly string _nft =
        ProgramRequirement.OnPath("nft")
        ?? throw new LabException(
            $"A VPC needs nftables for its security groups, and there is no nft here. Install it: {PackageManager.OfHost.Install("nftables")}",
            exitCode: 2
        );

    private FilterRules? _applied;

    /// <summary>Replaces the filter as a whole; there is no moment without one.</summary>
    /// <exception cref="LabException">The kernel refuses; the filter before stays.</exception>
    public async Task ApplyAsync(FilterRules rules, CancellationToken cancellationToken)
    {
        var script = rules.Script(_applied?.Chains ?? [], _applied?.Counters.Keys ?? []);
        await RunAsync(LabHost.Router, ["-f", "-"], script, cancellationToken);
        _applied = rules;
    }

    /// <summary>The counters as they are.</summary>
    public async Task<IReadOnlyList<VpcCount>> CountersAsync(CancellationToken cancellationToken)
    {
        if (_applied is not { } rules)
        {
            return [];
        }

        var answer = JsonNode.Parse(await RunAsync(LabHost.Router, ["-j", "list", "counters", "table", "inet", FilterRules.Table], "", cancellationToken));
        return
        [
            .. answer!["nftables"]!
                .AsArray()
                .Select(entry => entry!["counter"])
                .OfType<JsonObject>()
                .Where(counter => rules.Counters.ContainsKey((string)counter["name"]!))
                .Select(counter => rules.Counters[(string)counter["name"]!] with { Packets = (long)counter["packets"]! }),
        ];
    }

    /// <summary>Makes a host send what it forwards with its own address.</summary>
    public Task MasqueradeAsync(LabHost host, CancellationToken cancellationToken) =>
        RunAsync(
            host,
            ["-f", "-"],
            """
            add table ip forwarding
            flush table ip forwarding
            table ip forwarding {
                chain outwards {
                    type nat hook postrouting priority srcnat; policy accept;
                    oifname eth0 masquerade
                }
            }

            """,
            cancellationToken
        );

    private async Task<string> RunAsync(LabHost host, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken)
    {
        var result = await namespaces
            .WrapIn(host, _nft, arguments)
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return result.IsSuccess
            ? result.StandardOutput
            : throw new LabException($"Cannot set the VPC's packet filter: nft: {result.StandardError.Trim()}", exitCode: 2);
    }
}
