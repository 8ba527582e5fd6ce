using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Network.Isolation;

/// <summary>Runs iproute2.</summary>
internal static class IpCommand
{
    /// <summary>What <c>ip link set</c> is told of the largest packet; nothing for Ethernet's own.</summary>
    public static string Mtu(int? mtu) => mtu is { } bytes ? $" mtu {bytes}" : "";

    /// <summary>Runs <c>ip</c> with arguments that hold no spaces.</summary>
    /// <exception cref="LabException">It failed; exit code 2.</exception>
    public static async Task RunAsync(INamespaces namespaces, string arguments, CancellationToken cancellationToken)
    {
        var result = await namespaces.Wrap("ip", arguments.Split(' ')).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException($"Cannot build the lab's network: ip {arguments}: {result.StandardError.Trim()}", exitCode: 2);
        }
    }

    /// <summary>Runs many <c>ip</c> commands on a host with one process: all or, from the first that fails, none of the others.</summary>
    /// <exception cref="LabException">One failed; exit code 2.</exception>
    public static async Task RunAsync(INamespaces namespaces, LabHost host, bool isIpv6, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        if (commands.Count == 0)
        {
            return;
        }

        var result = await namespaces
            .Wrap("ip", [.. isIpv6 ? ["-6"] : Array.Empty<string>(), "-n", namespaces.NameOf(host), "-batch", "-"])
            .WithStandardInputPipe(PipeSource.FromString(string.Join('\n', commands) + "\n"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException(
                $"Cannot build the lab's network on {host}: {result.StandardError.Trim()} ({FailedLine(result.StandardError, commands)})",
                exitCode: 2
            );
        }
    }

    /// <summary>Runs many <c>ip</c> commands that remove something. What has gone already, with its device or its machine, need not be removed.</summary>
    public static async Task RemoveAsync(INamespaces namespaces, LabHost host, bool isIpv6, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        if (commands.Count > 0)
        {
            await namespaces
                .Wrap("ip", [.. isIpv6 ? ["-6"] : Array.Empty<string>(), "-n", namespaces.NameOf(host), "-force", "-batch", "-"])
                .WithStandardInputPipe(PipeSource.FromString(string.Join('\n', commands) + "\n"))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
        }
    }

    /// <summary>ip ends with "Command failed -:LINE".</summary>
    private static string FailedLine(string error, IReadOnlyList<string> commands) =>
        int.TryParse(error.TrimEnd().Split(':')[^1], CultureInfo.InvariantCulture, out var line) && line > 0 && line <= commands.Count
            ? $"ip {commands[line - 1]}"
            : "ip -batch";
}
