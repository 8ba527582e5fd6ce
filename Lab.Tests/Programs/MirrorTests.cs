namespace Lab.Tests.Programs;

/// <summary>A lab with no cache, and with more than the specification's, among them one for all other registries.</summary>
[Collection(VirtualMachines.Name)]
public sealed class MirrorTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("mirrors: []", 0)]
    [InlineData(
        """
            mirrors:
              - { registry: docker.io, upstream: "https://harbor.example/docker-hub", port: 5050 }
              - { registry: gcr.io, upstream: "https://gcr.io", port: 5051 }
              - { registry: ghcr.io, upstream: "https://ghcr.io", port: 5052 }
              - { registry: quay.io, upstream: "https://quay.io", port: 5053 }
              - { registry: registry.k8s.io, upstream: "https://registry.k8s.io", port: 5054 }
              - { registry: "*", upstream: "https://mirror.example", port: 5055 }
            """,
        6
    )]
    public async Task A_lab_starts_with_as_many_caches_as_it_has(string mirrors, int caches)
    {
        _program.Folder.File("lab.yaml", mirrors);
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            caches,
            run.Of("service")
                .Where(service => (string?)service["state"] == "Healthy")
                .Select(service => (string)service["name"]!)
                .Distinct()
                .Count(name => name.StartsWith("registry-", StringComparison.Ordinal))
        );
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
