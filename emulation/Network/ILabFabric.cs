using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>
/// A lab's network on this machine, the LAN of a home or a VPC. Services, machines and probes run on either; what they do with it
/// beyond this is in <see cref="FabricSockets"/>.
/// </summary>
public interface ILabFabric : IAsyncDisposable
{
    /// <summary>One line for the user: how the network is isolated.</summary>
    string Description { get; }

    /// <summary>Completes when the network is gone without having been taken down.</summary>
    Task Lost { get; }

    /// <summary>Where the machines' other ends of the cable are, so where QEMU runs.</summary>
    LabHost MachineHost { get; }

    /// <summary>A command that runs on a host of the lab.</summary>
    Command Wrap(LabHost host, string program, IEnumerable<string> arguments);

    /// <summary>Makes a command that runs in a sandbox on a host of the lab.</summary>
    Command Confine(LabHost host, Sandbox sandbox, string program, IEnumerable<string> arguments) =>
        sandbox.Command((name, all) => Wrap(host, name, all), program, arguments);

    /// <summary>Why the bastion cannot connect to a host of the internet; null when it can.</summary>
    /// <param name="host">Name of the host.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="cancellationToken">Stops trying.</param>
    Task<string?> ObstacleAsync(string host, int port, CancellationToken cancellationToken);

    /// <summary>A socket that belongs to a host, whatever this program does with it afterwards.</summary>
    Socket CreateSocket(LabHost host, AddressFamily family, SocketType type);
}
