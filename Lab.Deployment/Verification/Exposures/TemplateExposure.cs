using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Network;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>What would be launched: all versions of the lab's templates, and of an adopted one those that launch into the lab.</summary>
internal sealed class TemplateExposure(AwsClients aws, DeployedLab deployed)
{
    private const string Bastion = "template/bastion";

    public IEnumerable<ExposureCheck> Checks =>
        deployed
            .Stack.Resources.Where(resource => resource.Id is Bastion or "template/node")
            .Where(resource => deployed.World[resource] is not null)
            .Select(resource => new ExposureCheck(
                "ec2:DescribeLaunchTemplateVersions",
                $"launch template {deployed.World[resource]!.Id}",
                token => FindAsync(resource, token)
            ));

    private string? Group(string name) => deployed.IdOf($"group/{name}");

    private async Task<IEnumerable<Exposed>> FindAsync(Resource template, CancellationToken cancellationToken)
    {
        var id = deployed.World[template]!.Id;
        var versions = await aws
            .Ec2.Paginators.DescribeLaunchTemplateVersions(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = id })
            .LaunchTemplateVersions.ToListAsync(cancellationToken);
        return versions
            .Where(version => template is not AdoptedTemplate || IsOfLab(version))
            .SelectMany(version =>
                Reasons(version.LaunchTemplateData, isBastion: template.Id == Bastion)
                    .Distinct()
                    .Select(why => new Exposed($"{id} version {version.VersionNumber}", why))
            );
    }

    /// <summary>An adopted template's other versions are for the network that the bastion came from.</summary>
    private bool IsOfLab(LaunchTemplateVersion version) =>
        TemplateRecord.Read(deployed.Lab, version) is not null
        || Networks(version.LaunchTemplateData)
            .Any(network => network.SubnetId is { } subnet && (subnet == deployed.IdOf("subnet/public") || deployed.IsPrivate(subnet)));

    private IEnumerable<string> Reasons(ResponseLaunchTemplateData data, bool isBastion)
    {
        var group = Group(isBastion ? NetworkDesign.BastionGroup : NetworkDesign.NodesGroup);
        if (Networks(data).Count == 0)
        {
            yield return "names no network interface, so instances get the default VPC's subnet and its public addresses";
        }

        foreach (var network in Networks(data))
        {
            if (network.AssociatePublicIpAddress == true && !(isBastion && NetworkDesign.IsBastionPublic(deployed.Lab)))
            {
                yield return "gives instances a public address";
            }

            if (network.AssociateCarrierIpAddress == true)
            {
                yield return "gives instances a carrier address";
            }

            if (
                !isBastion
                && (network.Ipv6AddressCount > 0 || network.Ipv6PrefixCount > 0 || network.Ipv6Addresses?.Count > 0 || network.Ipv6Prefixes?.Count > 0)
            )
            {
                yield return "gives instances an IPv6 address";
            }

            foreach (var foreign in (network.Groups ?? []).Where(member => member != group))
            {
                yield return $"puts instances into security group {foreign}";
            }

            if (
                network.NetworkInterfaceId is null
                && !deployed.IsPrivate(network.SubnetId)
                && !(isBastion && network.SubnetId == deployed.IdOf("subnet/public") && NetworkDesign.IsBastionPublic(deployed.Lab))
            )
            {
                yield return $"launches outside the private subnets: {network.SubnetId ?? "no subnet named"}";
            }
        }
    }

    private static List<LaunchTemplateInstanceNetworkInterfaceSpecification> Networks(ResponseLaunchTemplateData data) => data.NetworkInterfaces ?? [];
}
