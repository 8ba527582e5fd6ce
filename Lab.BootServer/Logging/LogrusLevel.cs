namespace Lab.BootServer.Logging;

/// <summary>Levels of logrus, the original's logger; a higher one says more.</summary>
internal enum LogrusLevel
{
    Panic,
    Fatal,
    Error,
    Warning,
    Info,
    Debug,
    Trace,
}

/// <summary>Names of <see cref="LogrusLevel"/>.</summary>
internal static class LogrusLevels
{
    /// <summary>The level of that name, in any case; null when logrus has none such.</summary>
    public static LogrusLevel? Parse(string name) =>
        name.ToLowerInvariant() switch
        {
            "panic" => LogrusLevel.Panic,
            "fatal" => LogrusLevel.Fatal,
            "error" => LogrusLevel.Error,
            "warn" or "warning" => LogrusLevel.Warning,
            "info" => LogrusLevel.Info,
            "debug" => LogrusLevel.Debug,
            "trace" => LogrusLevel.Trace,
            _ => null,
        };
}
