using System.Globalization;
using Lab.Emulation.Linux;
using Microsoft.Extensions.Logging;

namespace Lab.Dashboard.Serving;

/// <summary>Writes what the host itself logs to a file: standard output belongs to the terminal's views.</summary>
internal sealed class FileLoggerProvider(LogFile file) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new FileLogger(file, categoryName);

    public void Dispose() => file.Dispose();

    private sealed class FileLogger(LogFile file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level != LogLevel.None;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            var text = exception is null ? format(state, exception) : $"{format(state, exception)}\n{exception}";
            foreach (var line in text.Split('\n'))
            {
                file.Write(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {level} {category}: {line}"));
            }
        }
    }
}
