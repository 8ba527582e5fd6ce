using Lab.Model;
using Lab.Runtime.State;
using Microsoft.Extensions.Logging;

namespace Lab.Hosting;

/// <summary>What happens in a lab, in the application's log and in that of the lab's resource. A link that logs in is in the first only, as Aspire's own.</summary>
internal sealed class LabLog(ILogger application, ILogger resource) : ILabView
{
    public ValueTask ShowAsync(LabEvent happened)
    {
        var text = string.Join('\n', EventLines.Of(happened).Select(VisibleText.Of)).Trim('\n');
        if (text.Length > 0)
        {
            application.Log(happened is LabEvent.Error ? LogLevel.Error : LogLevel.Information, "{Text}", text);
            if (happened is not LabEvent.Serving)
            {
                resource.LogInformation("{Text}", text);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
