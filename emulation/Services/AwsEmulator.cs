using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>The AWS emulator: moto on a Unix socket of the lab, behind <see cref="EmulatorFront"/>.</summary>
public static class AwsEmulator
{
    /// <summary>How it is run.</summary>
    public static async Task<ServiceSpec> SpecAsync(
        LabResource resource,
        string motoServer,
        LabFolder folder,
        EmulatorFront front,
        HttpClient client,
        CancellationToken cancellationToken
    )
    {
        var python = await PythonProgram.OfAsync(motoServer, "moto.server", cancellationToken);
        var socket = EmulatorFront.SocketPath(folder);
        var sockets = Path.GetDirectoryName(socket)!;
        Directory.CreateDirectory(sockets);
        var sandbox = new Sandbox(folder, ServiceRole.Emulator)
        {
            Shows = [.. python.Folders.Select(path => (SandboxPath)path)],
            Writes = [sockets],
            Variables = new Dictionary<string, string?>
            {
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["PYTHONPATH"] = Environment.GetEnvironmentVariable("PYTHONPATH"),
            },
            IsOffline = true,
        };
        return new ServiceSpec
        {
            Resource = resource,
            Command = () =>
                sandbox.Command(
                    (program, arguments) => Cli.Wrap(program).WithArguments(arguments),
                    python.Program,
                    [.. python.Arguments, "--host", $"unix://{socket}"]
                ),
            Health = new HttpProbe(client, $"{front.Url}/moto-api/{HttpProbe.Mark}"),
            Url = front.Url,
        };
    }

    /// <summary>
    /// True for what moto logs of a request that it has answered, which does not even name the operation. Where the lab follows the
    /// emulator, ten a second are its own.
    /// </summary>
    public static bool IsAnswered(string line) => line.EndsWith("\"POST / HTTP/1.1\" 200 -", StringComparison.Ordinal);
}
