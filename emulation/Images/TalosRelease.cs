using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>A release of Talos (https://github.com/siderolabs/talos/releases), its files verified by the release's sums.</summary>
/// <param name="version">Tag of the release: <c>v1.11.2</c>.</param>
/// <param name="architecture">The architecture of the machines that boot it.</param>
/// <param name="folders">Where it is kept.</param>
/// <param name="say">Gets the progress.</param>
/// <param name="source">Where releases are fetched from, see <see cref="SourceVariable"/>; null for what the environment says.</param>
internal sealed partial class TalosRelease(string version, Architecture architecture, LabFolders folders, Action<string> say, string? source = null)
{
    /// <summary>Overrides where releases are fetched from: a URL to which <c>/VERSION/FILE</c> is appended.</summary>
    public const string SourceVariable = "LAB_TALOS_RELEASES";

    private const string Sums = "sha256sum.txt";

    private const int LargestSums = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string[] _files = [$"vmlinuz-{architecture.Id()}", $"initramfs-{architecture.Id()}.xz"];
    private readonly ImageFolders _images = new(folders, architecture);

    /// <summary>The releases of arm64 have had this name before there were others.</summary>
    private readonly string _folder = architecture == Architecture.Arm64 ? version : $"{version}-{architecture.Id()}";
    private readonly string _source = (source ?? Environment.GetEnvironmentVariable(SourceVariable)) is { Length: > 0 } set
        ? set.TrimEnd('/')
        : "https://github.com/siderolabs/talos/releases/download";

    /// <summary>Whether a text names a release.</summary>
    public static bool IsVersion(string text) => Version().IsMatch(text);

    /// <summary>The image, fetched when the cache does not hold it. A release never changes.</summary>
    /// <exception cref="LabException">It cannot be had.</exception>
    public async Task<NodeImage> GetAsync(CancellationToken cancellationToken)
    {
        await using var held = await _images.LockAsync(cancellationToken);
        if (!Directory.Exists(_images.Of(_folder)))
        {
            var (work, sums) = (_images.WorkOf(_folder), await SumsAsync(cancellationToken));
            foreach (var file in _files.Where(file => !File.Exists(Path.Combine(work, file))))
            {
                say($"Fetching {file} of Talos {version}");
                await new VerifiedDownload($"{file} of Talos {version}", SumOf(file, sums), say).RunAsync(
                    Path.Combine(work, file),
                    (offset, stop) => OpenAsync(file, offset, stop),
                    cancellationToken
                );
            }

            await _images.FinishAsync(_folder, $"Talos {version}", cancellationToken);
        }

        return await _images.OpenAsync(_folder, $"Talos {version}", cancellationToken) with
        {
            From = $"release of Talos from {new Uri(_source).Host}, verified by its sums",
        };
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
                ? throw new LabException($"--image: there is no Talos release {version}; see https://github.com/siderolabs/talos/releases.")
                : await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
        {
            throw new LabException($"--image: Talos {version} cannot be fetched from {new Uri(_source).Host}: {e.Message}", inner: e);
        }
    }

    private Digest SumOf(string file, string sums) =>
        SumLine().Matches(sums).FirstOrDefault(match => match.Groups["file"].Value == file) is { } line
        && Digest.TryParse($"sha256:{line.Groups["sum"].Value}", out var digest)
            ? digest
            : throw new LabException($"--image: the sums of Talos {version} do not name {file}, so it cannot be verified.");

    private async Task<HttpResponseMessage> OpenAsync(string file, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_source}/{version}/{file}");
        request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
        return await UpstreamClient.For(new Uri(_source)).SendAsync(request, cancellationToken);
    }

    [GeneratedRegex(@"\Av\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"^(?<sum>[0-9a-f]{64}) [ *](\S*/)?(?<file>[^\s/]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex SumLine();
}
