using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;

namespace Lab.Deployment.Verification;

/// <summary>The specification's tests 01 to 04, made against what is on AWS.</summary>
internal sealed class Verifier(AwsClients aws, DeployedLab deployed, Uri? bootServer)
{
    private static string Apply => $"Run: {DeployCommand.Line("apply")}";

    /// <summary>The names of the specification's phases.</summary>
    public static IReadOnlyDictionary<int, string> Phases { get; } =
        new Dictionary<int, string>
        {
            [1] = "Network Foundation",
            [2] = "Bastion Migration",
            [3] = "Container Infrastructure",
            [4] = "Launch Template",
        };

    /// <summary>All tests of a phase.</summary>
    public async Task<IReadOnlyList<VerifyResult>> RunAsync(int phase, CancellationToken cancellationToken) =>
        [
            .. deployed.Stack.Resources.Where(resource => resource.Phase == phase && resource.IsWanted).Select(AsDefined),
            .. phase switch
            {
                1 => await new NetworkTests(aws, deployed).RunAsync(cancellationToken),
                2 => await new BastionTests(aws, deployed).RunAsync(cancellationToken),
                3 => await new ContainerTests(deployed, bootServer).RunAsync(cancellationToken),
                _ => await new NodeTests(aws, deployed).RunAsync(cancellationToken),
            },
        ];

    private VerifyResult AsDefined(Resource resource)
    {
        var name = $"{resource.Kind} {resource.Id}";
        if (deployed.World[resource] is not { } found)
        {
            return new VerifyResult(resource.Phase, name, Outcome.Failed, "there", "missing", Apply);
        }

        var changes = resource.Desired(deployed.World).ChangesFrom(found.Fields);
        return VerifyResult.Of(
            resource.Phase,
            name,
            changes.Count == 0 && found.IsReady,
            changes.Count == 0 ? $"{found.Id} as defined" : string.Join("; ", changes.Select(change => $"{change.Name}: {change.After ?? "nothing"}")),
            changes.Count == 0 ? "not ready" : string.Join("; ", changes.Select(change => $"{change.Name}: {change.Before ?? "nothing"}")),
            Apply
        );
    }
}
