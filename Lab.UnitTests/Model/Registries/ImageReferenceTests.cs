using Lab.Registries;

namespace Lab.UnitTests.Model.Registries;

/// <summary>Names of container images.</summary>
public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("ghcr.io/urmanac/talos-cozystack-demo:demo-stable", "ghcr.io", "urmanac/talos-cozystack-demo", "demo-stable")]
    [InlineData("localhost/a", "localhost", "a", "latest")]
    [InlineData("127.0.0.1:5000/a/b_c:1", "127.0.0.1:5000", "a/b_c", "1")]
    [InlineData(
        "quay.io/a/b:1@sha256:0123456789012345678901234567890123456789012345678901234567890123",
        "quay.io",
        "a/b",
        "sha256:0123456789012345678901234567890123456789012345678901234567890123"
    )]
    public void References(string text, string registry, string repository, string reference) =>
        Assert.Equal(new ImageReference(registry, repository, reference), ImageReference.TryParse(text));

    [Theory]
    [InlineData("talos")]
    [InlineData("owner/name:tag")]
    [InlineData("ghcr.io/")]
    [InlineData("ghcr.io/Owner/name")]
    [InlineData("ghcr.io/../name")]
    [InlineData("ghcr.io/a/b:")]
    [InlineData("ghcr.io/a/b@sha256:123")]
    [InlineData("https://ghcr.io/a/b")]
    public void What_is_no_reference(string text) => Assert.Null(ImageReference.TryParse(text));
}
