using System.CommandLine;
using System.Runtime.InteropServices;
using Lab.Deployer.Aws;
using Lab.Deployer.Commands;
using Lab.Deployer.Terminal;
using Lab.Model;

var root = new RootCommand("""
    Plans, prices, applies, verifies and destroys the lab of lab.yaml on AWS, or on an AWS emulator on this machine.
    Without a verb: plan, question, apply.

    Examples:
      lab-deploy cost                          what a month costs, with each egress design
      lab-deploy plan --emulator               what would be made, with nothing but this machine
      lab-deploy --target aws                  plan, question, apply
      lab-deploy verify --target aws           the specification's tests
      lab-deploy launch 2 --target aws         two nodes
      lab-deploy destroy --target aws          gives everything back

    Exit code: 0 success, 1 error, 2 plan has changes, 3 over budget.
    """)
{
    ApplyCommand.Create(),
    PlanCommand.Create(),
    VerifyCommand.Create(),
    StatusCommand.Create(),
    OutputsCommand.Create(),
    CostCommand.Create(),
    CheckCommand.Create(),
    DoctorCommand.Create(),
    RenderCommand.Create(),
    DestroyCommand.Create(),
    LaunchCommand.Create(),
    NodesCommand.Create(),
    TerminateCommand.Create(),
    AccessCommand.Create(),
    StopCommand.Create(),
    AuditCommand.Create(),
    UnlockCommand.Create(),
    Options.Yes,
    Options.OverBudget,
};
foreach (var option in Options.Common)
{
    root.Add(option);
}

Output.Prepare();
root.SetAction(Verb.Action(ApplyCommand.RunWithoutVerbAsync));
using var interrupted = new CancellationTokenSource();
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
{
    context.Cancel = true;
    interrupted.Cancel();
});
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }, interrupted.Token);
}
catch (LabException e)
{
    Console.Error.WriteLine(e.Message);
    return e.ExitCode;
}
catch (Exception e) when (AwsErrors.Explain(e) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return 1;
}
