using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Network.Isolation;

/// <summary>The kernel's settings of a host's network: what is below <c>/proc/sys/net</c>.</summary>
internal static class KernelSettings
{
    /// <summary>Sets them. A kernel without IPv6 needs no settings for it.</summary>
    /// <exception cref="LabException">The kernel refuses; exit code 2.</exception>
    public static async Task SetAsync(INamespaces namespaces, LabHost host, IEnumerable<(string Key, int Value)> settings, CancellationToken cancellationToken)
    {
        var script = string.Join(
            '\n',
            settings.Select(setting =>
                $"{(setting.Key.StartsWith("ipv6/", StringComparison.Ordinal) ? "[ ! -d /proc/sys/net/ipv6 ] || " : "")}echo {setting.Value} > /proc/sys/net/{setting.Key}"
            )
        );
        var result = await namespaces.WrapIn(host, "sh", ["-ec", script]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException(
                $"Cannot build the lab's network: the kernel's settings for {host} cannot be changed: {result.StandardError.Trim()}",
                exitCode: 2
            );
        }
    }
}
