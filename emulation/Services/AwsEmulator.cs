using System.Net;
using CliWrap;
using Lab.Emulation.Fabric;

namespace Lab.Emulation.Services;

/// <summary>The AWS emulator: moto on the host's loopback, where the AWS command line and lab-deploy reach it.</summary>
internal static class AwsEmulator
{
    private const string Name = "aws";

    /// <summary>The port that AWS emulators are looked for on.</summary>
    private const int UsualPort = 4566;

    public static ServiceSpec Spec(string motoServer, HttpClient client)
    {
        var port = FreePort();
        return new ServiceSpec
        {
            Name = Name,
            Description = "AWS emulator (moto)",
            Command = () => Cli.Wrap(motoServer).WithArguments(["--host", "127.0.0.1", "--port", $"{port}"]),
            Health = new HttpProbe(client, $"http://127.0.0.1:{port}/moto-api/"),
            Address = $"127.0.0.1:{port}",
            Url = $"http://127.0.0.1:{port}",
        };
    }

    private static int FreePort()
    {
        using var probe = LoopbackListener.Open(UsualPort);
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
