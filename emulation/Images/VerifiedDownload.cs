using System.Net;
using System.Security.Cryptography;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Registries;

namespace Lab.Emulation.Images;

/// <summary>
/// A file fetched over HTTP whose digest is known beforehand. A connection that breaks is taken up where it broke, in this run or a
/// later one.
/// </summary>
/// <param name="name">What it is, for messages.</param>
/// <param name="digest">What it must hash to.</param>
/// <param name="say">Gets a line every few seconds, see <see cref="DownloadProgress"/>.</param>
/// <param name="size">How many bytes it has; more are not taken. Null where only the digest is known.</param>
internal sealed class VerifiedDownload(string name, Digest digest, Action<string> say, long? size = null)
{
    /// <summary>For a file whose size is not known.</summary>
    private const long Largest = 8L << 30;

    private const int Tries = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Fetches the file; it appears under its name when it is complete and right.</summary>
    /// <param name="path">Absolute path. Beside it, a file with a random name that ends in <c>.partial</c> holds what has been fetched so far.</param>
    /// <param name="open">Asks for the bytes from an offset on: all when it is 0, else with <c>Range</c>.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept.</param>
    /// <exception cref="LabException">It cannot be had, or is another file.</exception>
    public async Task RunAsync(string path, Func<long, CancellationToken, Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        var partial = PartialOf(path);
        for (var tries = 1; ; tries++)
        {
            var before = Length(partial);
            try
            {
                await FetchAsync(partial, open, cancellationToken);
                break;
            }
            catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw Refused("its registry's token server", e.StatusCode.Value);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
            {
                // A try that got further does not count.
                tries = Length(partial) > before ? 0 : tries;
                if (tries >= Tries)
                {
                    throw new LabException(
                        $"{name} cannot be fetched: {(e is OperationCanceledException ? "nothing comes any more" : e.Message)} What has come is kept; the next start goes on from there.",
                        inner: e
                    );
                }

                await Task.Delay(Pause * Math.Max(tries, 1), cancellationToken);
            }
            catch (IOException e)
            {
                throw new LabException($"{name} cannot be written to {partial}: {e.Message}", inner: e);
            }
        }

        if (await HashAsync(partial, cancellationToken) is var found && found != digest)
        {
            File.Delete(partial);
            throw new LabException(
                $"{name} is not what it should be: it has the digest {found}, expected {digest}. It was thrown away; try again, or ask whoever publishes it."
            );
        }

        File.Move(partial, path, overwrite: true);
    }

    private async Task FetchAsync(string partial, Func<long, CancellationToken, Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        using var stall = new StallGuard(Patience, cancellationToken);
        var offset = Length(partial);
        using var response = await open(offset, stall.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // All is there already, or more than there is; the digest tells which.
            return;
        }

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw Refused(response.RequestMessage?.RequestUri?.Host, response.StatusCode);
        }

        response.EnsureSuccessStatusCode();
        var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset;
        await using var file = new FileStream(partial, continues ? FileMode.Append : FileMode.Create, FileAccess.Write);
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[64 * 1024];
        var progress = new DownloadProgress(name, file.Length + response.Content.Headers.ContentLength, say, TimeProvider.System);
        progress.Note(file.Length);
        while (await ReadAsync(stall, body, buffer) is > 0 and var length)
        {
            await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            if (file.Length > (size ?? Largest))
            {
                await file.DisposeAsync();
                File.Delete(partial);
                throw new LabException($"{name} is larger than the {size ?? Largest} bytes that it should have. It was thrown away; ask whoever publishes it.");
            }

            progress.Note(file.Length);
        }
    }

    private LabException Refused(string? server, HttpStatusCode status) => new($"{name} is not there, or not for everybody: {server} answered {(int)status}.");

    /// <summary>A connection that breaks is no trouble with the file that is written.</summary>
    private static async ValueTask<int> ReadAsync(StallGuard stall, Stream body, byte[] buffer)
    {
        try
        {
            return await stall.ReadAsync(body, buffer);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>Where an earlier run has begun, or a new name that nobody can know beforehand.</summary>
    private static string PartialOf(string path)
    {
        var (folder, file) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        return Directory.EnumerateFiles(folder, $"{file}.*.partial").FirstOrDefault(partial => new FileInfo(partial).LinkTarget is null)
            ?? Path.Combine(folder, $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}.partial");
    }

    private async Task<Digest> HashAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return digest.Hash([]);
        }

        await using var file = File.OpenRead(path);
        return await digest.HashAsync(file, cancellationToken);
    }
}
