using Lab.Hosting;
using PublicApiGenerator;

namespace Lab.Tests.Aspire;

/// <summary>What applications of others build on: a change here is a change for them.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_packages_surface_is_the_one_that_was_accepted() =>
        Snapshot.Matches(
            "Lab.Hosting.api.txt",
            typeof(LabBuilderExtensions).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
        );
}
