using Aspire.Hosting;
using Aspire.Hosting.Pipelines;
using CliWrap;
using Lab.Emulation.Host;
using Lab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

#pragma warning disable ASPIREPIPELINES001 // Pipelines may still change.

namespace Lab.AppHost.AspireHost;

/// <summary>
/// <c>aspire do lab-deploy</c>: runs the deployer as a step of the application's pipeline. Its options come behind <c>--</c>:
/// <c>aspire do lab-deploy -- --target aws</c>.
/// </summary>
internal sealed class DeployStep
{
    /// <summary>Name of the step.</summary>
    public const string Name = "lab-deploy";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll");

    /// <summary>The deployer's exit code; null when the step did not run.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Adds the step.</summary>
    public static DeployStep Add(IDistributedApplicationBuilder builder)
    {
        var step = new DeployStep();
        builder.Pipeline.AddStep(Name, context => step.RunAsync(context, builder.Configuration));
        return step;
    }

    /// <summary>The deployer's command line. Who names the step has answered the question; the price gate stays.</summary>
    public static string[] Arguments(IConfiguration given) =>
    [
        "apply", "--yes",
        .. new[] { "target", "file", "endpoint", "profile", "date" }.Where(name => given[name] is { Length: > 0 }).SelectMany(name => new[] { $"--{name}", given[name]! }),
        .. given["over-budget"] is "true" ? ["--over-budget"] : Array.Empty<string>(),
    ];

    private async Task RunAsync(PipelineStepContext context, IConfiguration given)
    {
        var arguments = Arguments(given);
        var task = await context.ReportingStep.CreateTaskAsync($"lab-deploy {string.Join(' ', arguments)}", context.CancellationToken);
        await using (task)
        {
            var last = "";
            var log = PipeTarget.ToDelegate(line =>
            {
                context.Logger.LogInformation("{Line}", line);
                last = line.Length > 0 ? line : last;
            });
            var result = await Cli.Wrap(DotNet.Host).WithArguments([Program, .. arguments])
                .WithStandardOutputPipe(log).WithStandardErrorPipe(log)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(context.CancellationToken);
            ExitCode = result.ExitCode;
            if (result.IsSuccess)
            {
                await task.CompleteAsync(last, CompletionState.Completed, context.CancellationToken);
                return;
            }

            await task.CompleteAsync($"exit code {result.ExitCode}: {last}", CompletionState.CompletedWithError, context.CancellationToken);
            throw new LabException($"lab-deploy ended with exit code {result.ExitCode}.");
        }
    }
}
