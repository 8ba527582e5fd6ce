using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary><c>access</c>: updates the rule that lets the operator in, and nothing else.</summary>
internal static class AccessCommand
{
    private static readonly Option<string?> Ipv6 = new("--ipv6")
    {
        Description = "The operator's address, instead of access.ipv6 and HOME_IPV6.",
        HelpName = "ADDRESS",
    };

    public static Command Create() =>
        Verb.Create(
            "access",
            """
            Let the operator's present IPv6 address reach the bastion's SSH, instead of the one before. Changes nothing else.

            Examples:
              HOME_IPV6=2001:db8::7 lab-deploy access --target aws
              lab-deploy access --ipv6 2001:db8::7 --yes
            """,
            RunAsync,
            Ipv6,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = arguments.GetValue(Ipv6) is { } text ? session.Lab with { Access = new() { Ipv6 = Parse(text) } } : session.Lab;
        await using var lease = await Lease.TakeAsync(session.Aws, lab, LeaseOwner.This(), "access", cancellationToken);
        var stack = Stack.BuildForAccess(lab, await ExistingNetwork.ReadAsync(session.Aws, lab, cancellationToken));
        var reconciler = new Reconciler(session.Aws);
        var world = await reconciler.ReadAsync(stack.Resources, cancellationToken);
        var plan = new Plan([.. Plan.Make(stack.Resources, world).Steps.Where(step => Stack.NamesOperator(lab, step.Resource))]);
        if (plan.Steps.Any(step => step.Action is not (PlanAction.Keep or PlanAction.Update)))
        {
            throw new LabException($"The network is not there yet. Run: {DeployCommand.Line("apply")}");
        }

        if (!session.Json)
        {
            PlanView.Print(plan, [], []);
        }

        if (!plan.IsEmpty)
        {
            await Question.DemandAsync(arguments, $"Apply this to {session.Target}?", cancellationToken);
            await reconciler.ApplyAsync(stack, plan, world, Question.Progress(session), cancellationToken);
        }

        var who = lab.Access.Ipv6?.ToString() ?? "nobody";
        if (session.Json)
        {
            Output.Json(new { Access = who, Applied = PlanView.Shape(plan) });
        }
        else
        {
            Output.Line($"SSH to the bastion: {who}.");
        }

        return 0;
    }

    private static HomeAddress Parse(string text)
    {
        try
        {
            return HomeAddress.Parse(text);
        }
        catch (FormatException e)
        {
            throw new LabException($"--ipv6: {e.Message}; expected one like 2001:db8::7.", inner: e);
        }
    }
}
