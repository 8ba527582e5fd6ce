using Lab.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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
    public ILogger CreateLogger(string categoryName) => categoryName == Category ? new Sentences(Say) : NullLogger.Instance;

    /// <inheritdoc />
    public void Dispose() { }

    private void Say(string text)
    {
        lock (_lock)
        {
            if (!isEnding() && _said.Add(text))
            {
                Console.Error.WriteLine(VisibleText.Of(text));
            }
        }
    }

    private static bool IsUnderstood(Exception? failure) => failure is LabException || (failure is not null && IsUnderstood(failure.InnerException));

    private sealed class Sentences(Action<string> say) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                say(
                    exception is null ? formatter(state, exception)
                    : IsUnderstood(exception) ? exception.Message
                    : exception.ToString()
                );
            }
        }
    }
}
