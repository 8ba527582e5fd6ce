using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.Publishing;
using Lab.AppHost.Embedded;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Lab.AppHost.AspireHost;

/// <summary>The lab as an Aspire application.</summary>
internal static class AspireApplication
{
    /// <summary>Names of services that Aspire runs as containers, and the lab therefore does not.</summary>
    public static IReadOnlyList<string> Elsewhere => LocalStackContainer.IsWanted ? [LabResources.Aws] : [];

    /// <summary>True for the command line that the <c>aspire</c> program gives an application that it publishes or deploys, or whose step it runs.</summary>
    public static bool IsPublish(string[] arguments) => arguments.Any(argument =>
        new[] { "--operation", "--publisher" }.Any(option => argument == option || argument.StartsWith($"{option}=", StringComparison.Ordinal)));

    /// <summary>Publishes the lab's bastion, or runs a step such as <c>lab-deploy</c>.</summary>
    /// <returns>The exit code: of the deployer where it ran.</returns>
    public static async Task<int> PublishAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var builder = DistributedApplication.CreateBuilder(arguments);
        LabDefinition lab;
        try
        {
            lab = LabFile.Load(builder.Configuration["file"]);
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }

#if !ASPIRE_DOCKER
        if (builder.Configuration["Pipeline:Step"] is null or "publish")
        {
            await Console.Error.WriteLineAsync("This build has no Aspire.Hosting.Docker, so there is nothing that it could publish (docs/reference/engine.md). The same file is written by: dotnet run --project Lab.Deployer -- render DIR");
            return 1;
        }

#endif
        builder.AddLab(lab, _ => throw new InvalidOperationException("A lab that is published does not run."));
        var step = DeployStep.Add(builder);

        // A step that fails, or that there is not, leaves RunAsync without an exception: only what follows all steps tells.
        var done = false;
        builder.Eventing.Subscribe<AfterPublishEvent>((_, _) =>
        {
            done = true;
            return Task.CompletedTask;
        });
        await builder.Build().RunAsync(cancellationToken);
        return done ? 0 : step.ExitCode is { } code and not 0 ? code : 1;
    }

    /// <summary>Runs the lab until it is cancelled.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="prepare">Makes the host ready for it; gets the settings of its telemetry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LabException">The lab cannot be run.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the lab is down.</exception>
    public static async Task<int> RunAsync(LabDefinition lab, Func<IReadOnlyDictionary<string, string?>, CancellationToken, Task<PreparedLab>> prepare, CancellationToken cancellationToken)
    {
        SetUp();
        var builder = DistributedApplication.CreateBuilder([]);
        builder.Services.AddLogging(logging => QuietFrameworks(logging, cancellationToken));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var telemetry = Telemetry(builder.Configuration);
        await using var application = builder.AddLab(lab, stopping => prepare(telemetry, stopping)).Build();
        var run = application.Services.GetRequiredService<LabRun>();
        try
        {
            await application.RunAsync(cancellationToken);
        }
        finally
        {
            // A start that was interrupted stops nothing of what it had started.
            await run.StopAsync(CancellationToken.None);
        }

        await (run.ExecuteTask is null ? Task.CompletedTask : run.Ended);

        cancellationToken.ThrowIfCancellationRequested();
        return 0;
    }

    /// <summary>
    /// What an application's launch profile says, which the embedded host would read as well: on which ports Aspire's dashboard listens.
    /// They are free ones, so that several labs run side by side.
    /// </summary>
    private static void SetUp()
    {
        Default("ASPNETCORE_URLS", $"http://localhost:{FreePort()}");
        Default("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://localhost:{FreePort()}");
        Default("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", $"http://localhost:{FreePort()}");
        Default("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        Default("DOTNET_ENVIRONMENT", Environments.Development);
    }

    /// <summary>Boots are traces, and Aspire's dashboard shows them, where the user has not named another receiver.</summary>
    private static IReadOnlyDictionary<string, string?> Telemetry(IConfiguration application)
    {
        var given = OpenTelemetryDefaults.OfEnvironment();
        return given.GetValueOrDefault(OpenTelemetryDefaults.EndpointVariable) is { Length: > 0 } ? given : new Dictionary<string, string?>(given)
        {
            [OpenTelemetryDefaults.EndpointVariable] = application["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"],
            ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={application["AppHost:OtlpApiKey"]}",
        };
    }

    /// <summary>What the application says, not what it is made of: each look of the dashboard at the lab would be eight lines.</summary>
    private static void QuietFrameworks(ILoggingBuilder logging, CancellationToken interrupted)
    {
        // Standard output shows sequences of a terminal as text, the logger's own too.
        logging.Services.Configure<SimpleConsoleFormatterOptions>(console => console.ColorBehavior = LoggerColorBehavior.Disabled);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        logging.AddFilter("Aspire.Hosting.Dcp", LogLevel.Warning);

        // A start that the user ends is no failure.
        logging.AddFilter("Microsoft.Extensions.Hosting", level => level >= LogLevel.Warning && !interrupted.IsCancellationRequested);
    }

    private static void Default(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Environment.SetEnvironmentVariable(variable, value);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
