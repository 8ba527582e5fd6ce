using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Fabric;

/// <summary>Runs iproute2.</summary>
internal static class IpCommand
{
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
}
