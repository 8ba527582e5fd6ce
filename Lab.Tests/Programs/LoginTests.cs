using CliWrap;
using Lab.Emulation.Linux;
using Lab.Tests.Emulation.Caches;
using Lab.Tests.Emulation.Images;

namespace Lab.Tests.Programs;

/// <summary>Images and caches of a registry that gives nothing to who has not logged in: Distribution's own, with users.</summary>
[BootsMachines]
public sealed class LoginTests : IAsyncLifetime
{
    /// <summary>USER:PASSWORD of <see cref="RealRegistry"/>, as Docker keeps it.</summary>
    private const string Encoded = """{"auth": "c29tZWJvZHk6cGFzczp3b3Jk"}""";

    private readonly LabProgram _program = new();
    private RealRegistry _registry = null!;

    private string Host => _registry.Url.Authority;

    public async ValueTask InitializeAsync()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        _registry = await RealRegistry.StartAsync(tools.DockerRegistry, wantsLogin: true);
        var layer = BootFiles.Layer("gzip", ("talos/kernel-arm64", BootFiles.Kernel()), ("talos/initramfs-metal-arm64.xz", BootFiles.Initramfs));
        await _registry.PushBlobAsync("me/private", layer);
        await _registry.PushBlobAsync("me/private", "{}"u8.ToArray());
        await _registry.PushManifestAsync(
            "me/private",
            $$"""{"schemaVersion":2,"mediaType":"{{FaultyRegistry.ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{FaultyRegistry.Digest("{}"u8.ToArray())}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{FaultyRegistry.Digest(layer)}}","size":{{layer.Length}}}]}""",
            "1"
        );
        _program.Environment["DOCKER_CONFIG"] = Path.Combine(_program.Folder.Path, "docker");
    }

    [Fact]
    public async Task An_image_that_is_not_public_is_pulled_with_the_login_of_docker()
    {
        var refused = await RenderAsync();
        Assert.True(refused.ExitCode == 1, refused.Transcript);
        Assert.Contains($"does not give {Host}/me/private:1 to everybody (it answered 401)", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"docker login {Host}", refused.Errors, StringComparison.Ordinal);

        LogIn("auths", """{"auth": "bWU6d3Jvbmc="}""");
        var wrong = await RenderAsync();
        Assert.Contains("to me, as which you are logged in there (it answered 401)", wrong.Errors, StringComparison.Ordinal);

        LogIn("auths", Encoded);
        var given = await RenderAsync();
        Assert.True(given.ExitCode == 0, given.Transcript);
        Assert.DoesNotContain(RealRegistry.Password, given.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_helper_is_asked()
    {
        LogIn("credHelpers", "\"test\"");
        var bin = Path.GetDirectoryName(_program.Folder.File("bin/docker-credential-test", "#!/bin/sh\necho 'the vault is closed' >&2\nexit 1\n"))!;
        _program.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        var helper = Path.Combine(bin, "docker-credential-test");
        await Cli.Wrap("chmod").WithArguments(["755", helper]).ExecuteAsync(TestContext.Current.CancellationToken);
        var failed = await RenderAsync();
        Assert.True(failed.ExitCode == 1, failed.Transcript);
        Assert.Contains("docker-credential-test, which", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("the vault is closed", failed.Errors, StringComparison.Ordinal);

        await File.WriteAllTextAsync(
            helper,
            $$"""
            #!/bin/sh
            [ "$1 $(cat)" = "get {{Host}}" ] || exit 1
            echo '{"Username": "{{RealRegistry.User}}", "Secret": "{{RealRegistry.Password}}"}'
            """,
            TestContext.Current.CancellationToken
        );
        var given = await RenderAsync();
        Assert.True(given.ExitCode == 0, given.Transcript);
    }

    [Fact]
    public async Task A_cache_pulls_as_the_user_if_the_lab_file_says_so()
    {
        LogIn("auths", Encoded);
        _program.Folder.File(
            "lab.yaml",
            $$"""
            mirrors:
              - { registry: "{{Host}}", upstream: "{{_registry.Url}}", port: 5050, login: true }
              - { registry: nobody.example, upstream: "{{_registry.Url}}", port: 5051 }
            """
        );
        var run = _program.Start("up", "--nodes", "1", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "started");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Equal("200", await AskAsync(5050));
        Assert.Equal("403", await AskAsync(5051));

        var check = await _program.RunAsync("check");
        Assert.Contains("caches-anonymous", check.Transcript, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.Ended;

        async Task<string> AskAsync(int port) =>
            (
                await _program.RunAsync(
                    "exec",
                    "--",
                    "curl",
                    "-s",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{http_code}",
                    "-H",
                    $"Accept: {FaultyRegistry.ManifestType}",
                    $"http://10.20.13.140:{port}/v2/me/private/manifests/1"
                )
            ).Transcript.Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _registry.DisposeAsync();
    }

    private void LogIn(string key, string value) => _program.Folder.File("docker/config.json", $$"""{"{{key}}": { "{{Host}}": {{value}} } }""");

    private Task<ProgramRun> RenderAsync() => _program.RunAsync("render", "out", "--for", "home", "--interface", "eth0", "--image", $"{Host}/me/private:1");
}
