using Lab.Deployment.Aws;
using Lab.Deployment.Verification.Exposures;
using Lab.Model;
using Lab.Model.Input;

namespace Lab.Deployment.Verification;

/// <summary>Test 01: what the network is for.</summary>
internal sealed class NetworkTests(AwsClients aws, DeployedLab deployed)
{
    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken) => [Ssh(), await NothingPublicAsync(cancellationToken)];

    private VerifyResult Ssh() =>
        deployed.Lab.Access.Ipv6 is { } home
            ? VerifyResult.Of(
                1,
                "SSH from the operator's address only",
                SshSources() is [var only] && only == home.ToString(),
                home.ToString(),
                string.Join(", ", SshSources()) is { Length: > 0 } sources ? sources : "nobody",
                $"Run: {DeployCommand.Line("access")}"
            )
            : VerifyResult.Skip(
                1,
                "SSH from the operator's address only",
                "access.ipv6 is not set, so nobody has access",
                $"Set access.ipv6 or {LabFile.HomeVariable}, then run: {DeployCommand.Line("access")}"
            );

    private List<string> SshSources() =>
        [
            .. (
                deployed
                    .Stack.Resources.Where(resource => resource.Id == "rules/bastion-sg")
                    .Select(resource => deployed.World[resource])
                    .FirstOrDefault()
                    ?.Fields.Keys
                ?? Enumerable.Empty<string>()
            )
                .Where(rule => rule.StartsWith("ingress tcp 22 from ", StringComparison.Ordinal))
                .Select(rule => rule.Split(' ')[^1]),
        ];

    private async Task<VerifyResult> NothingPublicAsync(CancellationToken cancellationToken)
    {
        var found = await new Exposure(aws, deployed).FindAsync(cancellationToken);
        var open = found.Where(exposed => exposed.Verdict == Verdict.Exposed).Select(exposed => $"{exposed.What}: {exposed.Why}").ToList();
        var unknown = found.Where(exposed => exposed.Verdict == Verdict.NotChecked).Select(exposed => exposed.What).ToList();
        return VerifyResult.Of(
            1,
            "nothing can be reached from the internet",
            open.Count == 0,
            $"zero public services{(unknown.Count > 0 ? $"; not checked: {string.Join(", ", unknown)}" : "")}",
            string.Join("; ", open),
            $"See: {DeployCommand.Line("audit")}"
        );
    }
}
