using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>Expects 200 from a URL.</summary>
/// <param name="client">Reaches the service.</param>
/// <param name="url">What to get; with <see cref="Mark"/> where the service logs what it is asked.</param>
internal sealed class HttpProbe(HttpClient client, string url) : IHealthProbe
{
    /// <summary>A query that services take no notice of: in a log of requests it tells the probe's from everybody else's.</summary>
    public const string Mark = $"?{BootRequest.HealthQuery}";

    private readonly Regex _request = new($@"\bGET {Regex.Escape(new Uri(url).PathAndQuery)}(""$| HTTP/[\d.]+"" 200 )", RegexOptions.CultureInvariant);

    /// <inheritdoc />
    public bool Leaves(string line) => url.EndsWith(Mark, StringComparison.Ordinal) && _request.IsMatch(line);

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
