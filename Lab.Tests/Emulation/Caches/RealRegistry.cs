using System.Text;
using CliWrap;

namespace Lab.Tests.Emulation.Caches;

/// <summary>Distribution's registry as it is packaged, on this machine's loopback, empty at first.</summary>
internal sealed class RealRegistry : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new();
    private readonly Task _process;

    /// <summary>User and password of one that wants a login.</summary>
    public const string User = "somebody",
        Password = "pass:word";

    /// <summary>bcrypt, the only kind that it takes.</summary>
    private const string HashOfPassword = "$2y$05$8hlxl9EEXiD0Vz74lRuYbuIr.2bpS.eHDHXDFGoIY45rLTsoFWggO";

    private RealRegistry(string program, bool wantsLogin)
    {
        // A loopback address of its own: a free port of the usual one may be somebody else's before the registry takes it.
        var address = $"127.77.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}:5000";
        Url = new Uri($"http://{address}");
        _client.BaseAddress = Url;
        var auth = wantsLogin ? $"auth: {{htpasswd: {{realm: test, path: {_folder.File("users", $"{User}:{HashOfPassword}\n")}}}}}\n" : "";
        if (wantsLogin)
        {
            _client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        }

        var config = _folder.File(
            "config.yaml",
            $"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage: {{filesystem: {{rootdirectory: {_folder.Path}/store}}}}\nhttp: {{addr: \"{address}\"}}\n{auth}"
        );

        // Without somebody who reads it the process would end with the first line that it logs.
        var log = PipeTarget.ToFile(Path.Combine(_folder.Path, "log"));
        _process = Cli.Wrap(program)
            .WithArguments(["serve", config])
            .WithStandardOutputPipe(log)
            .WithStandardErrorPipe(log)
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_stop.Token);
    }

    public Uri Url { get; }

    /// <summary>Starts it; it answers.</summary>
    public static async Task<RealRegistry> StartAsync(string program, bool wantsLogin = false)
    {
        var registry = new RealRegistry(program, wantsLogin);
        while (!await registry.AnswersAsync())
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return registry;
    }

    /// <summary>Pushes a blob.</summary>
    public async Task PushBlobAsync(string repository, byte[] content)
    {
        using var begun = await _client.PostAsync($"v2/{repository}/blobs/uploads/", null, TestContext.Current.CancellationToken);
        var place = begun.EnsureSuccessStatusCode().Headers.Location!.ToString();
        using var done = await _client.PutAsync(
            $"{place}{(place.Contains('?') ? '&' : '?')}digest={FaultyRegistry.Digest(content)}",
            new ByteArrayContent(content),
            TestContext.Current.CancellationToken
        );
        done.EnsureSuccessStatusCode();
    }

    /// <summary>Pushes a manifest whose blobs are there.</summary>
    public async Task PushManifestAsync(string repository, string manifest, string reference, string type = FaultyRegistry.ManifestType)
    {
        using var done = await _client.PutAsync(
            $"v2/{repository}/manifests/{reference}",
            new StringContent(manifest, new UTF8Encoding(false), type),
            TestContext.Current.CancellationToken
        );
        done.EnsureSuccessStatusCode();
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.IsCompleted, "the registry has ended");
        try
        {
            return (await _client.GetAsync("v2/", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _process.ContinueWith(_ => { }, TaskScheduler.Default);
        _client.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }
}
