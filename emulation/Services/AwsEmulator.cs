using System.Net;
using CliWrap;
using Lab.Emulation.Fabric;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>The AWS emulator: moto on the host's loopback, where the AWS command line and lab-deploy reach it.</summary>
public static class AwsEmulator
{
    /// <summary>How it is run.</summary>
    public static ServiceSpec Spec(LabResource resource, string motoServer, HttpClient client)
    {
        var port = FreePort();
        return new ServiceSpec
        {
            Resource = resource,
            Command = () => Cli.Wrap(motoServer).WithArguments(["--host", "127.0.0.1", "--port", $"{port}"]),
            Health = new HttpProbe(client, $"http://127.0.0.1:{port}/moto-api/"),
            Address = $"127.0.0.1:{port}",
            Url = $"http://127.0.0.1:{port}",
        };
    }

    private static int FreePort()
    {
        using var probe = LoopbackListener.Open(LabResources.AwsPort);
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
