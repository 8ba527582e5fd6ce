using Lab.Deployment.Aws;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Looks for what can be reached in the lab from outside. What is not understood, or cannot be asked, counts as reachable.</summary>
internal sealed class Exposure(AwsClients aws, DeployedLab deployed)
{
    public async Task<IReadOnlyList<Exposed>> FindAsync(CancellationToken cancellationToken)
    {
        List<ExposureCheck> checks = [];
        if (deployed.IdOf("vpc") is { } vpc)
        {
            var scope = new VpcScope(aws, deployed, vpc);
            checks.AddRange([.. new InterfaceExposure(scope).Checks, .. new GroupExposure(scope).Checks]);
            if (!scope.IsExisting)
            {
                checks.AddRange([.. new SubnetExposure(scope).Checks, .. new GatewayExposure(scope).Checks, .. new EndpointExposure(scope).Checks]);
            }
        }

        checks.AddRange([.. new TemplateExposure(aws, deployed).Checks, .. new ImageExposure(aws, deployed).Checks]);
        List<Exposed> found = [];
        foreach (var check in checks)
        {
            found.AddRange(await check.RunAsync(aws.Target.IsLocal, cancellationToken));
        }

        return found;
    }
}
