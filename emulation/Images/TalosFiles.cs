using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Lab.Model;
using Lab.Model.Registries;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>The files of a release of Talos (https://github.com/siderolabs/talos/releases), each verified by the release's sums.</summary>
/// <param name="version">Tag of the release: <c>v1.11.2</c>.</param>
/// <param name="say">Gets the progress.</param>
/// <param name="source">Where releases are fetched from, see <see cref="SourceVariable"/>; null for what the environment says.</param>
internal sealed partial class TalosFiles(string version, Action<string> say, string? source)
{
    /// <summary>Overrides where releases are fetched from: a URL to which <c>/VERSION/FILE</c> is appended.</summary>
    public const string SourceVariable = "LAB_TALOS_RELEASES";

    private const string Sums = "sha256sum.txt";

    private const int LargestSums = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _source = (source ?? Environment.GetEnvironmentVariable(SourceVariable)) is { Length: > 0 } set
        ? set.TrimEnd('/')
        : "https://github.com/siderolabs/talos/releases/download";

    private string? _sums;

    /// <summary>Who is asked.</summary>
    public string Host => new Uri(_source).Host;

    /// <summary>Where a file of the release is.</summary>
    public string UrlOf(string file) => $"{_source}/{version}/{file}";

    /// <summary>Fetches a file.</summary>
    /// <param name="file">Its name in the release.</param>
    /// <param name="path">Absolute path for it.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept.</param>
    /// <exception cref="LabException">There is no such release or file, it cannot be had, or it is not what its release says.</exception>
    public async Task FetchAsync(string file, string path, CancellationToken cancellationToken)
    {
        _sums ??= await SumsAsync(cancellationToken);
        say($"Fetching {file} of Talos {version}");
        await new VerifiedDownload($"{file} of Talos {version}", SumOf(file, _sums), say).RunAsync(
            path,
            (offset, stop) => OpenAsync(file, offset, stop),
            cancellationToken
        );
    }

    private async Task<string> SumsAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await OpenAsync(Sums, 0, patience.Token);
            await response.Content.LoadIntoBufferAsync(LargestSums, patience.Token);
            return response.StatusCode == System.Net.HttpStatusCode.NotFound
                ? throw new LabException($"there is no Talos release {version}; see https://github.com/siderolabs/talos/releases.")
                : await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
        {
            throw new LabException($"Talos {version} cannot be fetched from {Host}: {e.Message}", inner: e);
        }
    }

    private Digest SumOf(string file, string sums) =>
        SumLine().Matches(sums).FirstOrDefault(match => match.Groups["file"].Value == file) is { } line
        && Digest.TryParse($"sha256:{line.Groups["sum"].Value}", out var digest)
            ? digest
            : throw new LabException($"the sums of Talos {version} do not name {file}, so it cannot be verified.");

    private async Task<HttpResponseMessage> OpenAsync(string file, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf(file));
        request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
        return await UpstreamClient.For(new Uri(_source)).SendAsync(request, cancellationToken);
    }

    [GeneratedRegex(@"^(?<sum>[0-9a-f]{64}) [ *](\S*/)?(?<file>[^\s/]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex SumLine();
}
