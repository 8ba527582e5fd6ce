using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployment;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>status</c>: the lab at a glance.</summary>
internal static class StatusCommand
{
    public static Command Create() =>
        Verb.Create(
            "status",
            """
            Show the lab at a glance: what is deployed, whether it is as defined, the bastion, the nodes, the price, who is changing it.

            Examples:
              lab-deploy status
              lab-deploy status --target aws --json
            """,
            RunAsync,
            DayOption.Date
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        var group = await session.Aws.AutoScaling.FindGroupAsync(session.Lab.Bastion.Group, cancellationToken);
        var nodes = await NodeDifferences.FindAsync(session.Aws, session.Lab, cancellationToken);
        var lease = await Lease.FindAsync(session.Aws, session.Lab, cancellationToken);
        var resources = deployed.Plan.Steps.Count(step => step.Found is { IsForeign: false });
        var price = Estimate.For(session.Lab, session.Today);
        if (session.Json)
        {
            Output.Json(
                new
                {
                    Lab = session.Lab.Name,
                    Target = session.Target.ToString(),
                    deployed.Surroundings.Account,
                    Resources = resources,
                    ToDo = PlanView.Summary(deployed.Plan),
                    Bastion = group is null
                        ? null
                        : new
                        {
                            group.Name,
                            group.Desired,
                            group.Instances,
                            group.Subnets,
                            Schedule = deployed.Surroundings.Schedule,
                        },
                    Nodes = nodes,
                    PriceUsd = Math.Round(price.TotalUsd, 4),
                    price.BudgetUsd,
                    Lease = lease,
                }
            );
            return 0;
        }

        Output.Table(
            ["Lab", session.Lab.Name],
            [
                ["on", $"{session.Target}, account {deployed.Surroundings.Account}"],
                ["resources", $"{resources}; to do: {PlanView.Summary(deployed.Plan)}"],
                [
                    "bastion",
                    group is null
                        ? $"no group {session.Lab.Bastion.Group}"
                        : $"group {group.Name}: {(group.Instances.Count == 0 ? "off" : string.Join(", ", group.Instances))}",
                ],
                [
                    "schedule (UTC)",
                    deployed.Surroundings.Schedule.Count == 0
                        ? "none"
                        : string.Join("; ", deployed.Surroundings.Schedule.Select(action => $"{action.Name} {action}")),
                ],
                [
                    "nodes",
                    nodes.Count == 0
                        ? "none"
                        : string.Join(
                            ", ",
                            nodes.Select(node => $"{node.Id} {node.State} {node.PrivateIp}{(node.Differences.Count == 0 ? "" : " (not as in lab.yaml)")}")
                        ),
                ],
                ["price", PriceView.Line(price)],
                ["being changed", lease is null ? "no" : $"by {lease.Owner}: {lease.Doing}"],
            ]
        );
        return 0;
    }
}
