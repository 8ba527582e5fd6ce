using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lab.CommandLine;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary><c>destroy</c>: removes the lab and gives the bastion's group back.</summary>
internal static class DestroyCommand
{
    public static Command Create() =>
        Verb.Create(
            "destroy",
            """
            Remove everything of the lab, its nodes too. An adopted bastion group stays and gets back its subnets and its launch template.

            Examples:
              lab-deploy destroy
              lab-deploy destroy --target aws --yes
            """,
            RunAsync,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var removal = await Removal.ReadAsync(session.Aws, session.Lab, cancellationToken);
        if (!session.Json)
        {
            Output.Line($"Lab {session.Lab.Name} on {session.Target}");
            Print(removal);
        }

        var begun = Stopwatch.GetTimestamp();
        if (removal.IsEmpty && await Lease.HasParameterAsync(session.Aws, session.Lab, cancellationToken))
        {
            // A run that was killed after its last call, or refused before its first, has left nothing but its lease.
            await using var lease = await Lease.TakeAsync(session.Aws, session.Lab, LeaseOwner.This(), "destroy", cancellationToken);
            lease.RemoveAtEnd();
        }
        else if (!removal.IsEmpty)
        {
            await Question.DemandAsync(arguments, $"Remove all this from {session.Target}?", cancellationToken);
            await using var lease = await Lease.TakeAsync(session.Aws, session.Lab, LeaseOwner.This(), "destroy", cancellationToken);
            await RunAsync(session, removal, cancellationToken);
            lease.RemoveAtEnd();
        }

        if (session.Json)
        {
            Output.Json(new { Removed = removal.Names, Seconds = Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 3) });
        }
        else
        {
            Output.Line(
                removal.IsEmpty
                    ? "Nothing to do: there is nothing of the lab."
                    : string.Create(CultureInfo.InvariantCulture, $"Removed in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s.")
            );
        }

        return 0;
    }

    /// <summary>Reads again under the lease, for somebody may have made more in the meantime, and removes.</summary>
    private static async Task RunAsync(Session session, Removal shown, CancellationToken cancellationToken)
    {
        var now = await Removal.ReadAsync(session.Aws, session.Lab, cancellationToken);
        if (now.Names.Except(shown.Names).ToList() is { Count: > 0 } more)
        {
            throw new LabException(
                $"There is more by now than was shown: {string.Join(", ", more)}. Nothing was removed; run {DeployCommand.Line("destroy")} again."
            );
        }

        await now.RunAsync(session.Aws, Question.Progress(session), cancellationToken);
    }

    private static void Print(Removal removal)
    {
        foreach (var node in removal.Nodes)
        {
            Output.Line($"-   node {node.Id} ({node.State})");
        }

        foreach (var resource in removal.Present)
        {
            Output.Line(
                resource is AdoptedGroup or AdoptedTemplate
                    ? $"~   {resource.Kind} {resource.Id} ({removal.World[resource]!.Id}) is given back"
                    : $"-   {resource.Kind} {resource.Id} ({removal.World[resource]!.Id})"
            );
        }
    }
}
