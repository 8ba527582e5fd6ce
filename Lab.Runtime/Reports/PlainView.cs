using Lab.Runtime.State;

namespace Lab.Runtime.Reports;

/// <summary>A line an event, for logs and pipes.</summary>
public sealed class PlainView(TextWriter output, TextWriter errors) : ILabView
{
    /// <inheritdoc />
    public async ValueTask ShowAsync(LabEvent happened)
    {
        var target = happened is LabEvent.Error ? errors : output;
        foreach (var line in EventLines.Of(happened))
        {
            await target.WriteLineAsync(line);
        }

        await target.FlushAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
