using System.Net.Sockets;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>
/// Which lab of this machine has the usual port of emulators: the first one. Between two labs that start at once, whoever has the
/// socket of this name has the port; the kernel takes it back when the program ends, however it ends.
/// </summary>
internal static class EmulatorPort
{
    private static readonly Lazy<Socket?> Claimed = new(Claim);

    /// <summary>True for the program that may take it.</summary>
    public static bool IsOurs => Claimed.Value is not null;

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
