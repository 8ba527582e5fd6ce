using Lab.Model;
using Microsoft.Extensions.Logging;

namespace Lab.AppHost;

/// <summary>
/// Why a step of the pipeline failed, as a sentence. Aspire's own record of it has a stack trace, twice, and stands behind what lab-deploy
/// has said. A failure that is not understood keeps its trace.
/// </summary>
/// <param name="isEnding">True from the moment on in which the application is to end: who has interrupted it knows.</param>
internal sealed class PipelineFailure(Func<bool> isEnding) : ILoggerProvider
{
    /// <summary>The category of Aspire's record.</summary>
    public const string Category = "Aspire.Hosting.Publishing.PipelineExecutor";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _said = [];

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Sentences(categoryName == Category ? Say : _ => { });

    /// <inheritdoc />
    public void Dispose() { }

    private void Say(Exception failure)
    {
        var isUnderstood = Chain(failure).Any(each => each is LabException);
        var text = isUnderstood ? failure.Message : failure.ToString();
        lock (_lock)
        {
            if (!isEnding() && _said.Add(text))
            {
                Console.Error.WriteLine(VisibleText.Of(text));
            }
        }
    }

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (var each = failure; each is not null; each = each.InnerException)
        {
            yield return each;
        }
    }

    private sealed class Sentences(Action<Exception> say) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                say(exception ?? new LabException(formatter(state, exception)));
            }
        }
    }
}
