using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Lab.AppHost;

/// <summary>The application's log says what happens, not what the application is made of.</summary>
internal static class QuietLog
{
    /// <summary>
    /// Leaves out what frameworks say of themselves. Why a start failed, or was ended, this program says in a sentence: an orchestrator that
    /// is interrupted while it starts would report each thing that it does not make any more as a failure, with a stack trace.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="isEnding">True from the moment on in which the application is to end.</param>
    public static IDistributedApplicationBuilder WithQuietLog(this IDistributedApplicationBuilder builder, Func<bool> isEnding)
    {
        builder.Services.AddLogging(logging =>
            logging
                .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
                .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
                .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
                .AddFilter("Aspire.Hosting.Dcp", level => level >= LogLevel.Warning && !isEnding())
                .AddFilter("Aspire.Hosting.Dashboard", level => level >= LogLevel.Information && !isEnding())
                // The dashboard's own process names the ports behind those that the application has just named.
                .AddFilter("Aspire.Hosting.Dashboard.DashboardWebApplication", level => level >= LogLevel.Warning && !isEnding())
                .AddFilter<ConsoleLoggerProvider>(PipelineFailure.Category, level => level is >= LogLevel.Information and < LogLevel.Error)
                .AddProvider(new PipelineFailure(isEnding))
        );
        return builder;
    }
}
