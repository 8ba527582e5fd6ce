using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Lab.Emulation.Network;

namespace Lab.Emulation.Services;

/// <summary>Expects a TCP connection from the bastion to be taken, and a TLS handshake to be completed, with whatever certificate.</summary>
internal sealed class TlsProbe(ILabFabric fabric, IPAddress address, int port) : IHealthProbe
{
    /// <inheritdoc />
    public string Question => $"TLS on tcp {port}";

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(new NetworkStream(await fabric.ConnectAsync(address, port, cancellationToken), ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = $"{address}", RemoteCertificateValidationCallback = (_, _, _, _) => true },
                cancellationToken
            );
        }
        catch (AuthenticationException e)
        {
            throw new WrongAnswerException(e.Message);
        }
    }
}
