using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Model.Resources;

#pragma warning disable ASPIREINTERACTION001 // Inputs of commands may still change.

namespace Lab.Hosting;

/// <summary>What can be done with a part, as commands of Aspire's dashboard and of <c>aspire resource</c>.</summary>
internal static class ComponentCommands
{
    private const string Confirm = "confirm";

    /// <summary>Commands after which something is lost that a new boot does not bring back.</summary>
    private static readonly string[] Dangerous = [ResourceCommand.ResetDisk, ResourceCommand.ResetFirmware, "terminate"];

    /// <summary>Adds those of a part.</summary>
    public static void Add(LabComponentResource component)
    {
        // The console is a page, and has a link.
        foreach (var command in component.Definition.Commands.Where(command => command.Name != ResourceCommand.Console))
        {
            component.Annotations.Add(Annotation(component, command));
        }
    }

    private static ResourceCommandAnnotation Annotation(LabComponentResource component, ResourceCommand command) =>
        new(
            command.Name,
            command.DisplayName,
            context => State(LabRun.Of(context.Services, component.Lab), component, command.Name),
            context => ExecuteAsync(context, component, command.Name),
            displayDescription: null,
            arguments: Dangerous.Contains(command.Name) ? [Question(component)] : [],
            command.Confirmation,
            command.Icon,
            IconVariant.Regular,
            isHighlighted: command.Name is ResourceCommand.Restart or ResourceCommand.PowerCycle,
            visibility: ResourceCommandVisibility.UI | ResourceCommandVisibility.Api,
            validateArguments: Dangerous.Contains(command.Name) ? context => Validate(context, component) : null
        );

    private static InteractionInput Question(LabComponentResource component) =>
        new()
        {
            Name = Confirm,
            Label = $"Type {component.Definition.Name} to go on",
            InputType = InputType.Text,
            Required = true,
            Placeholder = component.Definition.Name,
        };

    private static Task Validate(InputsDialogValidationContext context, LabComponentResource component)
    {
        if (context.Inputs.FirstOrDefault(input => input.Name == Confirm) is { } given && given.Value != component.Definition.Name)
        {
            context.AddValidationError(given, $"This is not the name: {component.Definition.Name}.");
        }

        return Task.CompletedTask;
    }

    private static ResourceCommandState State(LabRun run, LabComponentResource component, string command) =>
        command == ResourceCommand.Start && component.IsAwaited ? ResourceCommandState.Enabled
        : run.Snapshot(component.Definition.Name)?.EnabledCommands.Contains(command) == true ? ResourceCommandState.Enabled
        : ResourceCommandState.Disabled;

    private static async Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context, LabComponentResource component, string command)
    {
        if (Dangerous.Contains(command) && context.Arguments.FirstOrDefault(input => input.Name == Confirm)?.Value != component.Definition.Name)
        {
            return CommandResults.Failure($"{command} of {component.Definition.Name} cannot be undone: give its name as the argument '{Confirm}'.");
        }

        if (command == ResourceCommand.Start && component.IsAwaited)
        {
            component.AskedFor.TrySetResult();
            return CommandResults.Success();
        }

        var lab = await LabRun.Of(context.Services, component.Lab).Resources.WaitAsync(context.CancellationToken);
        return await lab.ExecuteAsync(component.Definition.Name, command, context.CancellationToken) is { } failure
            ? CommandResults.Failure(failure)
            : CommandResults.Success();
    }
}
