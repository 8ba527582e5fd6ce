using CliWrap;
using Lab.Emulation.Host;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>The AWS emulator: moto on a Unix socket of the lab, behind <see cref="EmulatorFront"/>.</summary>
public static class AwsEmulator
{
    /// <summary>How it is run.</summary>
    public static ServiceSpec Spec(LabResource resource, string motoServer, LabFolder folder, EmulatorFront front, HttpClient client) => new()
    {
        Resource = resource,
        Command = () => Cli.Wrap(motoServer).WithArguments(["--host", $"unix://{EmulatorFront.SocketPath(folder)}"]),
        Health = new HttpProbe(client, $"{front.Url}/moto-api/{HttpProbe.Mark}"),
        Url = front.Url,
    };

    /// <summary>
    /// True for what moto logs of a request that it has answered, which does not even name the operation. Where the lab follows the
    /// emulator, forty a second are its own.
    /// </summary>
    public static bool IsAnswered(string line) => line.EndsWith("\"POST / HTTP/1.1\" 200 -", StringComparison.Ordinal);
}
