using System.Net;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>The lab's VPC, and what in it is the lab's.</summary>
internal sealed record VpcScope(AwsClients Aws, DeployedLab Deployed, string Vpc)
{
    public LabDefinition Lab => Deployed.Lab;

    public string Account => Deployed.Surroundings.Account;

    public string? BastionGroup => Deployed.IdOf($"group/{NetworkDesign.BastionGroup}");

    public string? NodesGroup => Deployed.IdOf($"group/{NetworkDesign.NodesGroup}");

    /// <summary>True for a VPC that the lab uses and did not make: only what is the lab's in it is looked at.</summary>
    public bool IsExisting => Deployed.Surroundings.Existing is not null;

    /// <summary>True for what uses a group of the lab's, and in the lab's own VPC for everything.</summary>
    public bool Concerns(IEnumerable<string> groups) => !IsExisting || groups.Any(group => group == BastionGroup || group == NodesGroup);

    /// <summary>A filter for what is in the VPC. Emulators may ignore it.</summary>
    public List<Filter> Inside(string name = "vpc-id") => [new(name, [Vpc])];

    /// <summary>Where the lab has one, the identifier of a resource that another design may lack.</summary>
    public string? Find<T>()
        where T : Resource => Deployed.Stack.Resources.OfType<T>().Select(resource => Deployed.World[resource]?.Id).FirstOrDefault();

    /// <summary>True for a range within the VPC's own; what cannot be read is not.</summary>
    public bool Contains(string range) =>
        IPNetwork.TryParse(range, out var network)
        && Ranges()
            .Any(own =>
                own.BaseAddress.AddressFamily == network.BaseAddress.AddressFamily
                && own.PrefixLength <= network.PrefixLength
                && own.Contains(network.BaseAddress)
            );

    private IEnumerable<IPNetwork> Ranges()
    {
        yield return Lab.Network.Vpc;
        var ipv6 = Deployed
            .Stack.Resources.Where(resource => resource.Id == "vpc")
            .Select(vpc => Deployed.World[vpc]?.Handles.GetValueOrDefault(Resources.Vpc.Ipv6))
            .FirstOrDefault();
        if (IPNetwork.TryParse(ipv6, out var own))
        {
            yield return own;
        }
    }
}
