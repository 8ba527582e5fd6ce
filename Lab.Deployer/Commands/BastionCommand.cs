using System.CommandLine;
using System.Diagnostics;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary><c>bastion start|stop</c>: does by hand what the group's schedule does at its hour.</summary>
internal static class BastionCommand
{
    private const string Start = "start";
    private const string Stop = "stop";

    private static readonly Argument<string> Action = new Argument<string>("ACTION") { Description = "start or stop.", HelpName = "start|stop" }.OneOf(
        "bastion",
        Start,
        Stop
    );

    public static Command Create() =>
        Verb.Create(
            "bastion",
            """
            Start or stop the bastion now, as the schedule of its group does: sets the group's desired capacity to what the scheduled action says. The schedule itself stays.

            Examples:
              lab-deploy bastion start
              lab-deploy bastion stop --target aws --yes
            """,
            RunAsync,
            Action,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var (name, starts) = (session.Lab.Bastion.Group, arguments.GetValue(Action) == Start);
        var group =
            await session.Aws.AutoScaling.FindGroupAsync(name, cancellationToken)
            ?? throw new LabException($"There is no Auto Scaling group {name} yet. Run: {DeployCommand.Line("apply")}");
        var schedule = await session.Aws.AutoScaling.ScheduleAsync(name, cancellationToken);
        var action =
            schedule.FirstOrDefault(action => starts ? action.Desired > 0 : action.Desired == 0)
            ?? throw new LabException(
                $"The schedule of group {name} has no action that {(starts ? "starts" : "stops")} the bastion. Put it back: {DeployCommand.Line("apply")}, where the lab has made the group."
            );
        if (!session.Target.IsLocal)
        {
            await Question.DemandAsync(
                arguments,
                $"Set the desired capacity of {name} from {group.Desired} to {action.Desired}, as {action.Name} does?",
                cancellationToken
            );
        }

        await BastionGroup.SetAsync(session.Aws, name, action.Desired!.Value, cancellationToken);
        Report(session, name, action, await SettledAsync(session, name, action.Desired.Value, cancellationToken));
        return 0;
    }

    private static async Task<bool> SettledAsync(Session session, string name, int desired, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < (session.Target.IsLocal ? TimeSpan.FromSeconds(10) : session.Target.Timing.Patience))
        {
            if ((await session.Aws.AutoScaling.FindGroupAsync(name, cancellationToken))?.Instances.Count == desired)
            {
                return true;
            }

            await Task.Delay(session.Target.Timing.Poll, cancellationToken);
        }

        return false;
    }

    private static void Report(Session session, string group, ScheduledAction action, bool settled)
    {
        if (session.Json)
        {
            Output.Json(
                new
                {
                    Group = group,
                    Action = action.Name,
                    action.Desired,
                    Settled = settled,
                }
            );
            return;
        }

        Output.Line($"Desired capacity of {group} is {action.Desired}, as {action.Name} sets it at its hour ({action.Recurrence}).");
        Output.Line(
            settled
                ? action.Desired > 0
                    ? "The bastion is launched; its user data sets it up."
                    : "The bastion has ended."
                : session.Target.IsLocal
                    ? $"The emulator itself launches none. Run the lab that does: {LabCommand.Line("up --vpc")}"
                    : $"It is not there yet. See: {DeployCommand.Line("status")}"
        );
    }
}
