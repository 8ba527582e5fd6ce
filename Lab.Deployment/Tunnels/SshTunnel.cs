using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Model;

namespace Lab.Deployment.Tunnels;

/// <summary>
/// The user's <c>ssh</c> to the bastion, with a forward for each destination. Its ends are sockets in a folder that only the user may
/// enter: a port of this machine would be every user's.
/// </summary>
internal sealed class SshTunnel : ITunnel
{
    private static string Remedy =>
        $"Check that this machine has the address of access.ipv6 (then: {DeployCommand.Line("access")}) and that your key is the bastion's (--ssh 'ssh -i FILE'); or go by AWS's session manager: --via ssm";

    private readonly DirectoryInfo _folder;
    private readonly TunnelProgram _ssh;

    private SshTunnel(DirectoryInfo folder, TunnelProgram ssh, IReadOnlyDictionary<DnsEndPoint, EndPoint> ends) => (_folder, _ssh, Ends) = (folder, ssh, ends);

    /// <inheritdoc />
    public IReadOnlyDictionary<DnsEndPoint, EndPoint> Ends { get; }

    /// <summary>Opens it.</summary>
    /// <param name="ssh">The program and its options.</param>
    /// <param name="bastion">The bastion.</param>
    /// <param name="destinations">Where to.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="LabException">ssh does not reach the bastion, or is not let in.</exception>
    public static async Task<SshTunnel> OpenAsync(
        IReadOnlyList<string> ssh,
        BastionHost bastion,
        IReadOnlyList<DnsEndPoint> destinations,
        CancellationToken cancellationToken
    )
    {
        var address =
            bastion.Address
            ?? throw new LabException($"The bastion {bastion.Instance} has no IPv6 address to reach it at. Go by AWS's session manager: --via ssm");
        var folder = Directory.CreateTempSubdirectory("lab-ssh-");
        try
        {
            var ends = destinations
                .Index()
                .ToDictionary(each => each.Item, EndPoint (each) => new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, $"{each.Index}")));
            List<string> arguments =
            [
                .. ssh.Skip(1),
                "-T",
                .. Console.IsInputRedirected ? new[] { "-o", "BatchMode=yes" } : [],
                .. new[] { "ExitOnForwardFailure=yes", "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4", "ControlPath=none" }.SelectMany(
                    option => new[] { "-o", option }
                ),
                .. await HostKeysAsync(bastion, folder, cancellationToken),
                .. ends.SelectMany(end => new[] { "-L", $"{end.Value}:{end.Key.Host}:{end.Key.Port}" }),
                $"{bastion.User}@{address}",
                // Reads until this program is gone: then ssh ends too.
                "cat >/dev/null",
            ];
            var program = await TunnelProgram.StartAsync(
                new ProcessStartInfo(ssh[0], arguments),
                [.. ends.Values],
                Remedy,
                Console.IsInputRedirected ? null : Console.Error.WriteLine,
                cancellationToken
            );
            return new(folder, program, ends);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ssh.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>
    /// What the bastion said of its keys when it started, which AWS has from its console: then there is no first contact to trust. Where
    /// it says nothing, the user's own known hosts decide.
    /// </summary>
    private static async Task<IReadOnlyList<string>> HostKeysAsync(BastionHost bastion, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        if (bastion.HostKeys.Count == 0)
        {
            return [];
        }

        var file = Path.Combine(folder.FullName, "known_hosts");
        await File.WriteAllLinesAsync(file, bastion.HostKeys.Select(key => $"{bastion.Instance} {key}"), Encoding.ASCII, cancellationToken);
        return ["-o", $"UserKnownHostsFile={file}", "-o", $"HostKeyAlias={bastion.Instance}", "-o", "StrictHostKeyChecking=yes"];
    }
}
