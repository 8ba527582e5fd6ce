using Lab.Emulation.Linux;
using Lab.Emulation.Machines;

namespace Lab.Dashboard.Live;

/// <summary>The serial lines of a lab's nodes, which outlive their machines.</summary>
/// <param name="folder">The lab's files.</param>
public sealed class NodeConsoles(LabFolder folder)
{
    /// <summary>Whether a node has one: the machines of a real network have none.</summary>
    public bool Has(string node) => File.Exists(ConsoleServer.SocketPath(folder, node));

    /// <summary>Attaches to one: it gives what the machine wrote last and all that comes, and takes what is typed.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
    internal ValueTask<Stream> OpenAsync(string node, CancellationToken cancellationToken) =>
        UnixSocket.ConnectAsync(ConsoleServer.SocketPath(folder, node), cancellationToken);
}
