using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lab.Deployer.Reconciling;
using Lab.Deployer.Resources;
using Lab.Deployer.Terminal;

namespace Lab.Deployer.Commands;

/// <summary><c>destroy</c>: removes the lab and gives the bastion's group back.</summary>
internal static class DestroyCommand
{
    public static Command Create() => Verb.Create("destroy", """
        Remove everything of the lab, its nodes too. An adopted bastion group stays and gets back its subnets and its launch template.

        Examples:
          lab-deploy destroy
          lab-deploy destroy --target aws --yes
        """, RunAsync, Options.Yes);

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var removal = await Removal.ReadAsync(session.Aws, session.Lab, cancellationToken);
        if (!session.Json)
        {
            Output.Line($"Lab {session.Lab.Name} on {session.Target}");
            Print(removal);
        }

        var begun = Stopwatch.GetTimestamp();
        if (!removal.IsEmpty)
        {
            Question.Demand(arguments, $"Remove all this from {session.Target}?");
            await using var lease = await Lease.TakeAsync(session.Aws, session.Lab, LeaseOwner.This(), "destroy", cancellationToken);
            await removal.RunAsync(session.Aws, Question.Progress(session), cancellationToken);
        }

        if (session.Json)
        {
            Output.Json(new { Removed = removal.Present.Select(resource => resource.Id).Concat(removal.Nodes.Select(node => node.Id)), Seconds = Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 3) });
        }
        else
        {
            Output.Line(removal.IsEmpty ? "Nothing to do: there is nothing of the lab." : string.Create(CultureInfo.InvariantCulture, $"Removed in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s."));
        }

        return 0;
    }

    private static void Print(Removal removal)
    {
        foreach (var node in removal.Nodes)
        {
            Output.Line($"-   node {node.Id} ({node.State})");
        }

        foreach (var resource in removal.Present)
        {
            Output.Line(resource is AdoptedGroup or AdoptedTemplate ? $"~   {resource.Kind} {resource.Id} ({removal.World[resource]!.Id}) is given back" : $"-   {resource.Kind} {resource.Id} ({removal.World[resource]!.Id})");
        }
    }
}
