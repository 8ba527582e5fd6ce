using System.Net.Sockets;
using CliWrap;

namespace Lab.Emulation.Network.Isolation;

/// <summary>How a lab gets its network namespaces: from the host as root, or from a user namespace of its own.</summary>
internal interface INamespaces : IAsyncDisposable
{
    /// <summary>One line for the user: how the network is isolated.</summary>
    string Description { get; }

    /// <summary>Completes when the namespaces have ended by themselves.</summary>
    Task Lost { get; }

    /// <summary>Makes a namespace for each host.</summary>
    Task CreateAsync(IReadOnlyList<LabHost> hosts, CancellationToken cancellationToken);

    /// <summary>Makes the namespace of one more host.</summary>
    Task AddAsync(LabHost host, CancellationToken cancellationToken);

    /// <summary>The name by which <c>ip</c> knows a namespace.</summary>
    string NameOf(LabHost host);

    /// <summary>A command that runs where the namespaces' names are known; for <c>ip</c> itself.</summary>
    Command Wrap(string program, IEnumerable<string> arguments);

    /// <summary>A command that runs inside a namespace.</summary>
    Command WrapIn(LabHost host, string program, IEnumerable<string> arguments);

    /// <summary>An IPv4 or IPv6 socket, TCP or UDP, that belongs to a namespace, whatever this program does with it afterwards.</summary>
    Socket CreateSocket(LabHost host, AddressFamily family, SocketType type);

    /// <summary>A descriptor of a socket for whole frames of a device, which is the caller's to close.</summary>
    int OpenPacketSocket(LabHost host, string device);

    /// <summary>See <see cref="Offloads"/>.</summary>
    void TurnOffOffloads(LabHost host, string device);
}
