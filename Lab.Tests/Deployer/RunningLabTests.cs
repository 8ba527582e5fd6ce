using System.Text.Json.Nodes;
using Lab.Tests.Programs;

namespace Lab.Tests.Deployer;

/// <summary>lab-deploy beside a lab that runs on the same machine.</summary>
[Collection(VirtualMachines.Name)]
public sealed class RunningLabTests : IAsyncDisposable
{
    private static readonly Uri FoundByItself = new("about:blank");

    private readonly LabProgram _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task It_deploys_to_the_labs_emulator_and_verifies_what_the_lab_serves()
    {
        using var program = new LabDeploy("{bastion: {create: true}, network: {egress: ipv6}}");
        program.Environment["XDG_STATE_HOME"] = Path.GetDirectoryName(_lab.Folders.State)!;
        program.Environment["AWS_ENDPOINT_URL"] = "";
        var run = _lab.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");

        (await program.RunAsync(FoundByItself, "apply", "--yes")).Expect(0);
        var phase = JsonNode.Parse((await program.RunAsync(FoundByItself, "verify", "--phase", "3", "--json")).Expect(0).Output)![0]!;

        Assert.All(phase["results"]!.AsArray(), result => Assert.Equal("passed", (string?)result!["outcome"]));
        var names = phase["results"]!.AsArray().Select(result => (string?)result!["name"]).ToList();
        Assert.Contains("boot assets are served", names);
        Assert.Contains("dnsmasq DHCP operational", names);
        Assert.Equal(5, names.Count(name => name!.StartsWith("cache of", StringComparison.Ordinal)));
        await run.SignalAsync("INT");
        await run.Ended;
    }
}
