using Aspire.Hosting;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Publishing;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

#pragma warning disable ASPIREPIPELINES001 // Pipelines may still change.
#pragma warning disable ASPIREPIPELINES004

namespace Lab.Hosting;

/// <summary>
/// A lab in the application's pipeline: <c>aspire deploy</c> is lab-deploy's plan, price gate and apply, <c>aspire destroy</c> its destroy,
/// <c>aspire publish</c> its render. Options come behind <c>--</c>: <c>aspire deploy -- --target aws</c>.
/// </summary>
internal static class LabPipeline
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll");

    /// <summary>Options of lab-deploy that the application's configuration may hold, with a value.</summary>
    private static readonly string[] Options = ["target", "endpoint", "profile", "date"];

    /// <summary>Adds a lab's steps.</summary>
    public static void AddSteps(IDistributedApplicationBuilder builder, LabResource lab)
    {
        FailUnlessDone(builder);
        Add(
            builder,
            lab,
            "deploy",
            WellKnownPipelineSteps.Deploy,
            $"Plan, price and apply lab {lab.Name} (lab-deploy apply)",
            _ => Deploy(lab, builder.Configuration)
        );
        Add(
            builder,
            lab,
            "destroy",
            WellKnownPipelineSteps.Destroy,
            $"Give back all that lab {lab.Name} has on AWS (lab-deploy destroy)",
            _ => Destroy(lab, builder.Configuration)
        );
        Add(
            builder,
            lab,
            "publish",
            WellKnownPipelineSteps.Publish,
            $"Write the files of lab {lab.Name} (lab-deploy render)",
            context => Publish(lab, context)
        );
    }

    /// <summary>
    /// Without the aspire program a pipeline with a step that failed, or that there is not, leaves the process's exit code at 0. Only the
    /// event that follows all steps tells that they were done.
    /// </summary>
    private static void FailUnlessDone(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            Environment.ExitCode = 1;
            builder.Eventing.Subscribe<AfterPublishEvent>(
                (_, _) =>
                {
                    Environment.ExitCode = 0;
                    return Task.CompletedTask;
                }
            );
        }
    }

    /// <summary>Who names the step has answered the question; the price gate stays.</summary>
    internal static string[] Deploy(LabResource lab, IConfiguration given) =>
        ["apply", "--yes", .. Common(lab, given), .. IsSet(given, "over-budget") ? ["--over-budget"] : Array.Empty<string>()];

    internal static string[] Destroy(LabResource lab, IConfiguration given) => ["destroy", "--yes", .. Common(lab, given)];

    private static string[] Publish(LabResource lab, PipelineStepContext context) =>
        ["render", context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(lab), .. Which(lab)];

    private static string[] Common(LabResource lab, IConfiguration given) =>
        [
            .. Options.Where(name => given[name] is { Length: > 0 }).SelectMany(name => new[] { $"--{name}", given[name]! }),
            .. IsSet(given, "emulator") ? ["--emulator"] : Array.Empty<string>(),
            .. Which(lab),
        ];

    private static bool IsSet(IConfiguration given, string flag) => bool.TryParse(given[flag], out var isSet) && isSet;

    /// <summary>The lab by its name in the application, which may be another than its file's.</summary>
    private static string[] Which(LabResource lab) => [.. lab.File is { } file ? ["--file", file] : Array.Empty<string>(), "--name", lab.Definition.Name];

    private static void Add(
        IDistributedApplicationBuilder builder,
        LabResource lab,
        string verb,
        string partOf,
        string description,
        Func<PipelineStepContext, string[]> arguments
    )
    {
        var step = new PipelineStep
        {
            Name = $"{verb}-{lab.Name}",
            Description = description,
            Resource = lab,
            Action = context => RunAsync(context, lab, arguments(context)),
        };
        step.RequiredBy(partOf);
        builder.Pipeline.AddStep(step);
    }

    private static async Task RunAsync(PipelineStepContext context, LabResource lab, string[] arguments)
    {
        if (lab.HasOtherNodes)
        {
            context.Logger.LogWarning(
                "The application gives lab {Lab} other nodes than its file does, for its rehearsal. lab-deploy goes by the file.",
                lab.Definition.Name
            );
        }

        var task = await context.ReportingStep.CreateTaskAsync($"lab-deploy {string.Join(' ', arguments)}", context.CancellationToken);
        await using (task)
        {
            var last = "";
            var log = PipeTarget.ToDelegate(line =>
            {
                context.Logger.LogInformation("{Line}", VisibleText.Of(line));
                last = line.Length > 0 ? line : last;
            });
            var deployer = Cli.Wrap(DotNet.Host)
                .WithArguments([Program, .. arguments])
                .WithStandardOutputPipe(log)
                .WithStandardErrorPipe(log)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(forcefulCancellationToken: CancellationToken.None, gracefulCancellationToken: context.CancellationToken);
            CommandResult result;
            try
            {
                result = await deployer;
            }
            catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
            {
                Environment.ExitCode = Interruption.ExitCode;
                throw;
            }

            if (result.IsSuccess)
            {
                await task.CompleteAsync(last, CompletionState.Completed, context.CancellationToken);
                return;
            }

            Environment.ExitCode = result.ExitCode;
            await task.CompleteAsync($"exit code {result.ExitCode}: {last}", CompletionState.CompletedWithError, CancellationToken.None);
            throw new LabException($"lab-deploy {arguments[0]} ended with exit code {result.ExitCode}.");
        }
    }
}
