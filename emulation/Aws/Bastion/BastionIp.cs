using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>
/// iproute2 of the bastion. Its network is this machine's to change, not a script's: what a first boot does with its own interfaces is done
/// for it, and nothing else, as other namespaces or programs.
/// </summary>
internal static partial class BastionIp
{
    private static readonly HashSet<string> Options = ["-o", "-oneline", "-4", "-6", "-j", "-json", "-br", "-brief", "-d", "-details"];

    /// <summary>Runs one command.</summary>
    /// <param name="fabric">The bastion's network.</param>
    /// <param name="arguments">The arguments of <c>ip</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ToolAnswer> RunAsync(ILabFabric fabric, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (!IsAllowed(arguments))
        {
            return new ToolAnswer(1, Error: $"ip {string.Join(' ', arguments.Take(6))}: the lab does not rehearse this");
        }

        var result = await fabric.Wrap(LabHost.Bastion, "ip", arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return new ToolAnswer(result.ExitCode, result.StandardOutput, result.StandardError.Trim());
    }

    /// <summary>True for what is shown or set of a device, an address, a route or a rule.</summary>
    internal static bool IsAllowed(IReadOnlyList<string> arguments)
    {
        string[] words = [.. arguments.SkipWhile(Options.Contains)];
        return words switch
        {
            ["link" or "l" or "address" or "addr" or "a" or "route" or "r" or "rule" or "neighbour" or "neigh", ..]
            and not ["link" or "l", "set" or "add" or "change" or "replace" or "delete" or "del" or "property", ..] => words[1..]
                is []
                    or ["show" or "list" or "ls" or "get" or "add" or "replace" or "change" or "append" or "del" or "delete" or "flush", ..]
                && words.Skip(2).All(word => Word().IsMatch(word)),
            ["link" or "l", "set", var device, "up" or "down"] => Device().IsMatch(device),
            ["link" or "l", "set", "dev", var device, "up" or "down"] => Device().IsMatch(device),
            ["link" or "l", "set", var device, "mtu", var mtu] => Device().IsMatch(device) && ushort.TryParse(mtu, out _),
            _ => false,
        };
    }

    [GeneratedRegex(@"\A(lo|eth\d{1,3})\z")]
    private static partial Regex Device();

    /// <summary>A keyword, a number, an address or a device of the bastion's.</summary>
    [GeneratedRegex(
        @"\A(dev|via|src|table|metric|from|to|lookup|priority|pref|scope|default|main|local|all|broadcast|brd|link|global|host|inet|inet6|\+|lo|eth\d{1,3}|[0-9a-fA-F.:]+(/\d{1,3})?)\z"
    )]
    private static partial Regex Word();
}
