using Lab.AppHost;
using Lab.Hosting;
using Lab.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// From the first moment on, also where who starts the program ignores signals: the host listens to them somewhat later.
using var interruption = Interruption.Watch();
IHostApplicationLifetime? lifetime = null;

// The host listens to signals too, and may be the first to hear one.
bool IsEnding() => interruption.Token.IsCancellationRequested || lifetime?.ApplicationStopping.IsCancellationRequested == true;

try
{
    var arguments = LabArguments.Parse(args);
    LaunchPorts.Choose();
    var builder = DistributedApplication.CreateBuilder(arguments);
    builder.AddLab("lab", builder.Configuration["file"]).WithOptions(builder.Configuration);
    builder.WithQuietLog(IsEnding);
    await using var application = builder.Build();
    lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
    await using var stopping = interruption.Token.Register(lifetime.StopApplication);
    await application.RunAsync();
    return Environment.ExitCode;
}
catch (OperationCanceledException) when (IsEnding())
{
    // Interrupted while it started: by the user, or because the lab has failed, which has said why.
    return Environment.ExitCode;
}
catch (LabException e)
{
    await (e.ExitCode == 0 ? Console.Out : Console.Error).WriteLineAsync(e.Message);
    return e.ExitCode;
}
catch (DistributedApplicationException e)
{
    Console.Error.WriteLine($"Aspire could not start the application: {e.Message}");
    return 1;
}
