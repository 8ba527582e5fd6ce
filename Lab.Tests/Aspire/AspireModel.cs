using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Lab.Hosting;

namespace Lab.Tests.Aspire;

/// <summary>The Aspire application that Lab.AppHost builds, as the program itself builds it.</summary>
internal static class AspireModel
{
    /// <summary>Builds it for a command line; nothing is started.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] arguments) =>
        await DistributedApplicationTestingBuilder.CreateAsync<Projects.Lab_AppHost>(arguments, TestContext.Current.CancellationToken);

    /// <summary>The lab's parts among the resources.</summary>
    public static IReadOnlyList<LabComponentResource> Components(this IDistributedApplicationBuilder builder) =>
        [.. builder.Resources.OfType<LabComponentResource>()];

    /// <summary>A part in full, to be compared.</summary>
    public static string Text(Lab.Model.Resources.LabResource definition) => JsonSerializer.Serialize(definition);

    /// <summary>What a resource waits for.</summary>
    public static IEnumerable<string> WaitsFor(this IResource resource) => resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name);
}
