using Lab.AppHost.Embedded;

namespace Lab.Tests.AspireHost;

/// <summary>Nobody looks.</summary>
internal sealed class Unseen : ILabView
{
    public ValueTask ShowAsync(LabEvent happened) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
