using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Network;

/// <summary>
/// The internet for the machines of a home's network, with <c>network.internet: nat</c>: the bastion is their router, takes their TCP
/// connections and makes them anew from this machine. Names and time they have from the bastion; other UDP is refused, as everything is
/// without this. No rule of this machine's firewall is touched. This machine itself and its link-local addresses, a cloud's instance
/// metadata among them, are no internet.
/// </summary>
public static class InternetAccess
{
    /// <summary>SOL_IP and SO_ORIGINAL_DST of Linux (linux/netfilter_ipv4.h): where a connection was meant to go, as a sockaddr_in.</summary>
    private const int IpLevel = 0,
        OriginalDestination = 80,
        AddressLength = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("224.0.0.0/3"),
    ];

    /// <summary>Opens it.</summary>
    /// <param name="lab">Whose machines.</param>
    /// <param name="fabric">Their network.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="LabException">This kernel does not redirect connections, or there is no nft; exit code 2.</exception>
    public static async Task<PortForward> OpenAsync(LabDefinition lab, ILabFabric fabric, CancellationToken cancellationToken)
    {
        var way = PortForward.OpenOut(
            fabric,
            new IPEndPoint(lab.Bastion.Address, 0),
            (client, stop) => ConnectAsync(Destination(client), lab.Network.PrivateSubnet, stop)
        );
        try
        {
            await RedirectAsync(lab.Network.PrivateSubnet, way.LocalPort, fabric, cancellationToken);
            return way;
        }
        catch
        {
            await way.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether an address is one of the internet, or of the networks that this machine is in.</summary>
    /// <param name="address">The address.</param>
    /// <param name="lan">The lab's own network, which needs no router.</param>
    /// <param name="own">The addresses of this machine.</param>
    internal static bool Leads(IPAddress address, IPNetwork lan, IEnumerable<IPAddress> own) =>
        !Array.Exists(Never, network => network.Contains(address)) && !lan.Contains(address) && !own.Contains(address);

    private static async Task RedirectAsync(IPNetwork lan, int port, ILabFabric fabric, CancellationToken cancellationToken)
    {
        var nft =
            ProgramRequirement.OnPath("nft")
            ?? throw new LabException(
                $"network.internet: nat needs nft. Install it, or set network.internet: none: {PackageManager.OfHost.Install("nftables")}",
                exitCode: 2
            );
        var result = await fabric
            .Wrap(LabHost.Bastion, nft, ["-f", "-"])
            .WithStandardInputPipe(
                PipeSource.FromString(
                    $$"""
                    table ip lab-internet {
                        chain machines {
                            type nat hook prerouting priority dstnat; policy accept;
                            iifname "{{LabFabric.BastionDevice}}" ip daddr != {{lan}} fib daddr type unicast meta l4proto tcp counter redirect to :{{port}}
                        }
                    }

                    """
                )
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException(
                $"network.internet: nat: this kernel does not redirect the machines' connections: nft: {result.StandardError.Split('\n')[0].Trim()}",
                exitCode: 2
            );
        }
    }

    private static IPEndPoint Destination(Socket client)
    {
        Span<byte> address = stackalloc byte[AddressLength];
        client.GetRawSocketOption(IpLevel, OriginalDestination, address);
        return new(new IPAddress(address[4..8]), BinaryPrimitives.ReadUInt16BigEndian(address[2..4]));
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint destination, IPNetwork lan, CancellationToken stop)
    {
        if (!Leads(destination.Address, lan, OwnAddresses()))
        {
            throw new SocketException((int)SocketError.NetworkUnreachable);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(destination, patience.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address);
}
