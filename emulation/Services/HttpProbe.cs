using System.Net;

namespace Lab.Emulation.Services;

/// <summary>Expects 200 from a URL.</summary>
/// <param name="client">Reaches the service.</param>
/// <param name="url">What to get.</param>
public sealed class HttpProbe(HttpClient client, string url) : IHealthProbe
{
    /// <inheritdoc />
    public string Question => $"GET {new Uri(url).AbsolutePath}";

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"answered {(int)response.StatusCode}");
        }
    }
}
