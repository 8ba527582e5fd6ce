using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Lab.Tests.Cluster;

/// <summary>
/// The test's plugin of AWS's session manager: it is called by the real <c>aws</c> as the real one is, and opens its end on this machine. The
/// agent on the other side is a network that it enters.
/// </summary>
internal static class TestSessionManager
{
    /// <summary>The first argument of the test program that makes it this one.</summary>
    public const string Word = "session-manager-plugin";

    /// <summary>Names the process whose network the bastion is in.</summary>
    public const string Holder = "LAB_TEST_BASTION";

    /// <summary>The document that forwards a port.</summary>
    private const string Document = "AWS-StartPortForwardingSessionToRemoteHost";

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--version"])
        {
            Console.WriteLine("1.2.707.0");
            return 0;
        }

        if (
            arguments is not ["AWS_SSM_START_SESSION_RESPONSE", _, "StartSession", _, var text, _]
            || JsonNode.Parse(text) is not JsonObject request
            || (string?)request["DocumentName"] != Document
            || request["Parameters"] is not JsonObject parameters
            || parameters["localPortNumber"] is not JsonArray { Count: 1 } local
        )
        {
            await Console.Error.WriteLineAsync($"not as the plugin is called: {string.Join(' ', arguments)}");
            return 1;
        }

        using var listener = new TcpListener(IPAddress.Loopback, int.Parse((string)local[0]!, CultureInfo.InvariantCulture));
        listener.Start();
        Console.WriteLine($"Port {local[0]} opened for sessionId test.\nWaiting for connections...");
        while (true)
        {
            _ = ForwardAsync(await listener.AcceptTcpClientAsync(), (string)parameters["host"]![0]!, (string)parameters["portNumber"]![0]!);
        }
    }

    private static async Task ForwardAsync(TcpClient client, string host, string port)
    {
        using (client)
        using (
            var there = Process.Start(
                new ProcessStartInfo(
                    "nsenter",
                    [
                        $"--net=/proc/{Environment.GetEnvironmentVariable(Holder)}/ns/net",
                        "bash",
                        "-c",
                        "exec 3<>\"/dev/tcp/$0/$1\" && { cat <&3 & cat >&3; wait; }",
                        host,
                        port,
                    ]
                )
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!
        )
        {
            var stream = client.GetStream();
            var sending = stream.CopyToAsync(there.StandardInput.BaseStream);
            await there.StandardOutput.BaseStream.CopyToAsync(stream);
            client.Client.Shutdown(SocketShutdown.Send);
            there.StandardInput.Close();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
