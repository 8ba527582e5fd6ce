using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Commands;
using Lab.Deployment.Aws;
using Lab.Model;

VisibleTerminal.Install();
using var interruption = Interruption.Watch();

var root = new RootCommand(
    """
    Plans, prices, applies, verifies and destroys the lab of lab.yaml on AWS, or on an AWS emulator on this machine.
    Without a verb: plan, question, apply.

    Examples:
      lab-deploy cost                          what a month costs, with each egress design
      lab-deploy plan --emulator               what would be made, with nothing but this machine
      lab-deploy --target aws                  plan, question, apply
      lab-deploy verify --target aws           the specification's tests
      lab-deploy launch 2 --target aws         two nodes
      lab-deploy cluster up --target aws       the cluster of lab.yaml, of nodes that are launched
      lab-deploy destroy --target aws          gives everything back

    Exit code: 0 success, 1 error, 2 plan has changes, 3 over budget, 130 interrupted.
    """
)
{
    ApplyCommand.Create(),
    PlanCommand.Create(),
    VerifyCommand.Create(),
    StatusCommand.Create(),
    OutputsCommand.Create(),
    CostCommand.Create(),
    CheckCommand.Create(),
    PinCommand.Create(),
    DoctorCommand.Create(),
    RenderCommand.Create(),
    DestroyCommand.Create(),
    LaunchCommand.Create(),
    NodesCommand.Create(),
    TerminateCommand.Create(),
    AccessCommand.Create(),
    StopCommand.Create(),
    StartCommand.Create(),
    BastionCommand.Create(),
    ClusterCommand.Create(),
    AuditCommand.Create(),
    UnlockCommand.Create(),
    Options.Yes,
    Options.OverBudget,
    DayOption.Date,
};
foreach (var option in Options.Common)
{
    root.Add(option);
}

root.SetAction(Verb.Action(ApplyCommand.RunWithoutVerbAsync));
VerbHelp.Install(root);

var parsed = root.ParseWords(args);
ChosenOptions.Keep(parsed, [Options.Target, Options.Profile, Options.Endpoint, Options.File, Options.Name]);
var failureCode = (parsed.CommandResult.Command as VerbCommand)?.FailureCode ?? (usual => usual);
try
{
    return CommandLineErrors.Text(parsed, "lab-deploy") is { } error
        ? throw new LabException(error)
        : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
}
catch (LabException e)
{
    return Output.Error(e.Message, failureCode(e.ExitCode), args.Contains(Options.Json.Name));
}
catch (Exception e) when (AwsErrors.Explain(e) is { } explanation)
{
    return Output.Error(explanation, failureCode(1), args.Contains(Options.Json.Name));
}
