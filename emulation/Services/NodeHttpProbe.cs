using System.Net;
using Lab.Emulation.Network;

namespace Lab.Emulation.Services;

/// <summary>Expects a node to answer a GET with a status that is not an error.</summary>
internal sealed class NodeHttpProbe(ILabFabric fabric, Uri url) : IHealthProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public string Question => $"GET {url.PathAndQuery} on tcp {url.Port}";

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var client = fabric.CreateHttpClient(Timeout, followsRedirects: false);
        using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode >= HttpStatusCode.BadRequest)
        {
            throw new WrongAnswerException($"answered {(int)response.StatusCode}");
        }
    }
}
