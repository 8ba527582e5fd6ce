using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Services.Containers;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary><c>services</c> of the lab file, where there is no Docker engine.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServiceModeTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task Containers_without_an_engine_are_refused_before_anything_starts()
    {
        _program.Folder.File("lab.yaml", "services: container\n");
        _program.Environment["DOCKER_HOST"] = $"unix://{_program.Folder.Path}/none.sock";
        var run = await _program.RunAsync("up", "--once");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("services: container cannot be done: ", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Native_takes_matchbox_from_PATH_and_sees_every_stage()
    {
        // Our own server under its name: it has the same flags and the same log.
        var matchbox = _program.Folder.File("bin/matchbox", $"#!/bin/sh\nexec {DotNet.Host} \"${{0%/*}}/Lab.BootServer.dll\" \"$@\"\n");
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(Path.GetDirectoryName(matchbox)!, Path.GetFileName(file)));
        }

        await Cli.Wrap("chmod").WithArguments(["+x", matchbox]).ExecuteAsync(TestContext.Current.CancellationToken);
        _program.Environment["PATH"] = $"{Path.GetDirectoryName(matchbox)}:{Environment.GetEnvironmentVariable("PATH")}";
        _program.Folder.File("lab.yaml", "services: native\n");

        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains($"The boot server is {matchbox}", StringComparison.Ordinal));
        Assert.Equal(
            ["script console", "kernel console", "initrd console", "config boot-server"],
            run.Of("milestone")
                .Select(milestone => $"{milestone["stage"]} {milestone["source"]}")
                .Where(seen => seen.Split(' ')[0] is "script" or "kernel" or "initrd" or "config")
        );
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public void Without_any_image_services_are_processes_and_the_reason_names_what_is_missing()
    {
        var plan = ServicePlan.Of(new LabDefinition(), new HashSet<string>());
        Assert.Empty(plan.Images);
        Assert.Contains("none of the images", plan.Reason);
        Assert.Contains("registry:2", plan.Reason);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
