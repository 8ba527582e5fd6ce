using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Tests.Rendering;

/// <summary>What compose itself says of the rendered file; that takes no Docker engine.</summary>
public sealed class ComposeConfigTests
{
    private static readonly LabDefinition Specified = new();

    public static TheoryData<string, LabDefinition> Labs() =>
        new()
        {
            { "as specified", Specified },
            { "egress bastion", Specified with { Network = Specified.Network with { Egress = Egress.Bastion } } },
            { "egress ipv6", Specified with { Network = Specified.Network with { Egress = Egress.Ipv6 } } },
            { "egress none", Specified with { Network = Specified.Network with { Egress = Egress.None } } },
            { "one cache", Specified with { Mirrors = [Specified.Mirrors[0]] } },
            { "no cache", Specified with { Mirrors = [] } },
            { "another boot port", Specified with { Bastion = Specified.Bastion with { BootPort = new(9090) } } },
            { "nothing blocked", Specified with { Dns = Specified.Dns with { Block = [] } } },
            { "another name", Specified with { Name = "second-lab" } },
        };

    [Theory]
    [MemberData(nameof(Labs))]
    public async Task Compose_takes_the_file(string name, LabDefinition lab)
    {
        using var folder = new TemporaryFolder();
        var passwords = Path.Combine(folder.Path, "pihole.env");
        var file = Path.Combine(folder.Path, "docker-compose.yml");
        await File.WriteAllTextAsync(passwords, "WEBPASSWORD=secret\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file,
            ComposeFile.Render(lab).Replace(BastionPaths.PiHoleEnvironment, passwords, StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

        var (code, services, errors) = await Compose.RunAsync("--file", file, "config", "--services");

        Assert.True(code == 0, $"{name}: {errors}");
        Assert.Equal(lab.Mirrors.Count + 3, services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Compose_refuses_what_it_does_not_know()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "docker-compose.yml");
        await File.WriteAllTextAsync(
            file,
            "services:\n  matchbox:\n    image: quay.io/poseidon/matchbox:v0.11.0\n    network_mode: host\n    unknown: true\n",
            TestContext.Current.CancellationToken
        );

        Assert.NotEqual(0, (await Compose.RunAsync("--file", file, "config", "--services")).Code);
    }
}
