using System.Net;
using System.Net.Sockets;
using Lab.Model.Network;

namespace Lab.AppHost;

/// <summary>
/// Where Aspire's dashboard listens: what the launch profile says, and a free port where that one is taken or nothing is said, so that
/// several labs run side by side.
/// </summary>
internal static class LaunchPorts
{
    private static readonly string[] Variables = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>Once, before the application is built.</summary>
    public static void Choose()
    {
        foreach (var variable in Variables)
        {
            var urls = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : "http://localhost:0";
            Environment.SetEnvironmentVariable(variable, string.Join(';', urls.Split(';').Select(Free)));
        }

        if (Variables.All(variable => Environment.GetEnvironmentVariable(variable)!.StartsWith("http:", StringComparison.Ordinal)))
        {
            Default("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        }

        Default("DOTNET_ENVIRONMENT", "Development");
    }

    private static string Free(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Port == 0 || (address.IsLoopback && !IsFree(address.Port)))
            ? new UriBuilder(address) { Port = FreePorts.One() }.Uri.GetLeftPart(UriPartial.Authority)
            : url;

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Default(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Environment.SetEnvironmentVariable(variable, value);
        }
    }
}
