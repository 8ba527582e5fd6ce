using System.Net;
using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Fabric;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>The AWS emulator: moto on the host's loopback, where the AWS command line and lab-deploy reach it.</summary>
public static class AwsEmulator
{
    private static readonly Lazy<Socket?> UsualPort = new(Claim);

    /// <summary>How it is run.</summary>
    public static ServiceSpec Spec(LabResource resource, string motoServer, HttpClient client)
    {
        var port = FreePort();
        return new ServiceSpec
        {
            Resource = resource,
            Command = () => Cli.Wrap(motoServer).WithArguments(["--host", "127.0.0.1", "--port", $"{port}"]),
            Health = new HttpProbe(client, $"http://127.0.0.1:{port}/moto-api/{HttpProbe.Mark}"),
            Url = $"http://127.0.0.1:{port}",
        };
    }

    /// <summary>
    /// True for what moto logs of a request that it has answered, which does not even name the operation. Where the lab follows the
    /// emulator, forty a second are its own.
    /// </summary>
    public static bool IsAnswered(string line) => line.EndsWith("\"POST / HTTP/1.1\" 200 -", StringComparison.Ordinal);

    /// <summary>
    /// The usual port for the first lab, any other for the next. moto takes a second to bind it, in which another lab would find it
    /// free too, and then talk to this lab's emulator.
    /// </summary>
    private static int FreePort()
    {
        using var probe = LoopbackListener.Open(UsualPort.Value is not null ? LabResources.AwsPort : 0);
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Who has the socket of this name has the port; the kernel takes it back when the program ends, however it ends.</summary>
    private static Socket? Claim()
    {
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            claim.Bind(new UnixDomainSocketEndPoint($"\0lab-aws-{LabResources.AwsPort}"));
            return claim;
        }
        catch (SocketException)
        {
            claim.Dispose();
            return null;
        }
    }
}
