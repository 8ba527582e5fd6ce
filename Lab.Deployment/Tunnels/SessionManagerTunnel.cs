using System.Diagnostics;
using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Network;

namespace Lab.Deployment.Tunnels;

/// <summary>
/// AWS's own program with its session manager: a session for each destination, through the agent on the bastion. It needs no key and no
/// open port, but the program's plugin here, and on the bastion's role the permission for the agent.
/// </summary>
internal sealed class SessionManagerTunnel : ITunnel
{
    private const string Document = "AWS-StartPortForwardingSessionToRemoteHost";

    private const string Remedy =
        "It needs AWS's program and its session-manager-plugin on this machine, your permission ssm:StartSession, and on the bastion's role the policy AmazonSSMManagedInstanceCore";

    private readonly IReadOnlyList<TunnelProgram> _sessions;

    private SessionManagerTunnel(IReadOnlyList<TunnelProgram> sessions, IReadOnlyDictionary<DnsEndPoint, EndPoint> ends) =>
        (_sessions, Ends) = (sessions, ends);

    /// <inheritdoc />
    public IReadOnlyDictionary<DnsEndPoint, EndPoint> Ends { get; }

    /// <summary>Opens it.</summary>
    /// <param name="target">The account, and who asks.</param>
    /// <param name="bastion">The bastion.</param>
    /// <param name="destinations">Where to.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="LabException">A session is not opened.</exception>
    public static async Task<SessionManagerTunnel> OpenAsync(
        AwsTarget target,
        BastionHost bastion,
        IReadOnlyList<DnsEndPoint> destinations,
        CancellationToken cancellationToken
    )
    {
        var environment = Environment(target, await target.Credentials.GetCredentialsAsync());
        var ends = destinations.Zip(FreePorts.Find(destinations.Count)).ToDictionary(each => each.First, EndPoint (each) => each.Second);
        var starting = ends.Select(end => StartAsync(end.Key, (IPEndPoint)end.Value)).ToList();
        try
        {
            return new(await Task.WhenAll(starting), ends);
        }
        catch
        {
            foreach (var session in starting)
            {
                await ((Task)session).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (session.IsCompletedSuccessfully)
                {
                    await (await session).DisposeAsync();
                }
            }

            throw;
        }

        Task<TunnelProgram> StartAsync(DnsEndPoint destination, IPEndPoint end)
        {
            string[] arguments =
            [
                "ssm",
                "start-session",
                "--region",
                target.Region,
                "--target",
                bastion.Instance,
                "--document-name",
                Document,
                "--parameters",
                string.Create(CultureInfo.InvariantCulture, $"host={destination.Host},portNumber={destination.Port},localPortNumber={end.Port}"),
            ];
            var start = new ProcessStartInfo("aws", arguments);
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            return TunnelProgram.StartAsync(start, [end], Remedy, show: null, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>The same account and identity as this program's, whatever the user's configuration says.</summary>
    private static Dictionary<string, string?> Environment(AwsTarget target, ImmutableCredentials credentials) =>
        new()
        {
            ["AWS_ACCESS_KEY_ID"] = credentials.AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretKey,
            ["AWS_SESSION_TOKEN"] = credentials.UseToken ? credentials.Token : null,
            ["AWS_PROFILE"] = null,
            ["AWS_DEFAULT_PROFILE"] = null,
            ["AWS_ENDPOINT_URL"] = target.Endpoint?.ToString(),
        };
}
