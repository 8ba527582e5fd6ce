using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Deployer.Commands;

/// <summary><c>outputs</c>: the deliverables of each phase.</summary>
internal static class OutputsCommand
{
    public static Command Create() =>
        Verb.Create(
            "outputs",
            """
            Print the identifiers and addresses of what was made, phase by phase.

            Examples:
              lab-deploy outputs
              lab-deploy outputs --json | jq -r '.["1"].vpc'
            """,
            RunAsync
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        var phases = Verifier.Phases.Keys.Order().ToDictionary(phase => phase, phase => Of(deployed, phase));
        if (session.Json)
        {
            Output.Json(phases);
            return 0;
        }

        foreach (var (phase, outputs) in phases)
        {
            Output.Line($"Phase {phase}: {Verifier.Phases[phase]}");
            Output.Table(["What", "Value"], outputs.Select(output => (IReadOnlyList<string>)[output.Key, output.Value]));
        }

        return 0;
    }

    private static SortedDictionary<string, string> Of(DeployedLab deployed, int phase)
    {
        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in deployed.Stack.Resources.Where(resource => resource.Phase == phase && resource is not SecurityRules))
        {
            if (deployed.World[resource] is not { IsForeign: false } found)
            {
                continue;
            }

            outputs[resource.Id] = found.Id;
            if (found.Handles.TryGetValue(ElasticAddress.PublicIp, out var address))
            {
                outputs[$"{resource.Id} public address"] = address;
            }
        }

        if (phase == 2 && outputs.Count > 0)
        {
            outputs["static address"] = deployed.Lab.Bastion.Address.ToString();
            outputs["schedule"] = string.Join("; ", deployed.Surroundings.Schedule.Select(action => $"{action.Name} {action}"));
        }

        if (phase == 3)
        {
            outputs["boot server"] = Matchbox.Url(deployed.Lab);
            foreach (var mirror in deployed.Lab.Mirrors)
            {
                outputs[$"cache of {mirror.Registry}"] = RegistryCache.Url(deployed.Lab, mirror);
            }
        }

        if (phase == 4)
        {
            var images = deployed.Surroundings.Images;
            foreach (var (architecture, image) in images.Where(image => image.Value is not null))
            {
                outputs[images.Count == 1 ? "node image" : $"node image, {architecture.Id()}"] = $"{image!.Id} {image.Name}";
            }
        }

        return outputs;
    }
}
