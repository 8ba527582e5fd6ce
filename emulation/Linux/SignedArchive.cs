using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>
/// A release of Debian read over HTTP, for hosts without apt. Debian's keys are part of this program: one of them has signed the release,
/// which names the digest of the lists, which name the digest of each package.
/// </summary>
/// <param name="release">The code name.</param>
/// <param name="say">Gets a line for each package, and how its download goes on.</param>
/// <param name="handler">Sends the requests; null for the usual way.</param>
internal sealed class SignedArchive(string release, Action<string> say, HttpMessageHandler? handler = null) : DebianArchive(say)
{
    private const string Usual = "https://deb.debian.org/debian";
    private const int MostOfRelease = 4 << 20;
    private const int MostOfList = 64 << 20;

    private readonly HttpClient _client = new(handler ?? new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(10) };
    private readonly Dictionary<string, IReadOnlyDictionary<string, DebianPackage>> _lists = [];
    private Dictionary<string, (string Digest, long Size)> _files = [];

    private static string Mirror => (Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror ? mirror : Usual).TrimEnd('/');

    /// <inheritdoc />
    public override async Task UpdateAsync(CancellationToken cancellationToken)
    {
        // Text and signature in one file: beside each other, a mirror may have one of today and one of yesterday.
        var signed = await GetAsync($"dists/{release}/InRelease", MostOfRelease, cancellationToken);
        var lines = (DebianKeys.Verify(signed) ?? throw Wrong("its release is not signed by Debian")).Split('\n');
        if (!lines.Contains($"Codename: {release}"))
        {
            throw Wrong("it is the release of another name");
        }

        _files = lines
            .SkipWhile(line => line != "SHA256:")
            .Skip(1)
            .TakeWhile(line => line.StartsWith(' '))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 3)
            .ToDictionary(fields => fields[2], fields => (fields[0], long.Parse(fields[1], CultureInfo.InvariantCulture)));
        _lists.Clear();
    }

    /// <inheritdoc />
    public override async Task<string> FirstDependencyAsync(string package, CancellationToken cancellationToken)
    {
        var (_, architecture) = Split(package);
        var found = await FindAsync(package, cancellationToken);
        return found.Depends.Split(',', '|', '(')[0].Trim() is { Length: > 0 } first
            ? $"{first}:{architecture}"
            : throw new LabException($"The package {package} of Debian {release} names no other package.", exitCode: 2);
    }

    /// <inheritdoc />
    public override void Delete()
    {
        _files.Clear();
        _lists.Clear();
    }

    /// <inheritdoc />
    protected override async Task<string> FetchAsync(string package, string folder, CancellationToken cancellationToken)
    {
        var found = await FindAsync(package, cancellationToken);
        var path = Path.Combine(folder, "package.deb");
        await DownloadAsync(found, path, Begin(package, found.Size), cancellationToken);
        await using (var file = File.OpenRead(path))
        {
            DebianFile.Extract(file, folder);
        }

        File.Delete(path);
        return found.Version;
    }

    private static (string Name, string Architecture) Split(string package) =>
        package.Split(':') is [var name, var architecture] ? (name, architecture) : (package, "arm64");

    private async Task<DebianPackage> FindAsync(string package, CancellationToken cancellationToken)
    {
        var (name, architecture) = Split(package);
        if (!_lists.TryGetValue(architecture, out var list))
        {
            var path = $"main/binary-{architecture}/Packages.gz";
            var (digest, size) = _files.GetValueOrDefault(path);
            var packed = digest is not null && size <= MostOfList ? await GetAsync($"dists/{release}/{path}", (int)size, cancellationToken) : [];
            if (digest is null || Hash(packed) != digest)
            {
                throw Wrong($"{path} is not what the release says; a mirror that is being updated is right again some minutes later");
            }

            using var text = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress), Encoding.UTF8);
            _lists[architecture] = list = DebianPackage.Read(text);
        }

        return list.GetValueOrDefault(name) ?? throw new LabException($"Debian {release} has no package {package}.", exitCode: 2);
    }

    private async Task DownloadAsync(DebianPackage package, string path, DownloadProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync($"{Mirror}/{package.Path}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using var file = File.Create(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[128 * 1024];
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var length)
            {
                await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                hash.AppendData(buffer, 0, length);
                progress.Note(file.Length);
                if (file.Length > package.Size)
                {
                    break;
                }
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != package.Digest)
            {
                throw Wrong($"{package.Path} is not what its list says");
            }
        }
        catch (Exception e) when (IsOfNetwork(e, cancellationToken))
        {
            throw Unreachable(package.Path, e);
        }
    }

    private async Task<byte[]> GetAsync(string path, int most, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync($"{Mirror}/{path}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(most, cancellationToken);
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (IsOfNetwork(e, cancellationToken))
        {
            throw Unreachable(path, e);
        }
    }

    private static bool IsOfNetwork(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or InvalidOperationException or UriFormatException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static LabException Unreachable(string path, Exception e) =>
        new(
            $"{Mirror}/{path} cannot be fetched: {e.Message} Try again, or set {MirrorVariable} to another mirror from https://www.debian.org/mirror/list.",
            exitCode: 2,
            e
        );

    private LabException Wrong(string what) => new($"{Mirror} is not used for Debian {release}: {what}. Nothing of it was unpacked.", exitCode: 2);
}
