using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>The NAT gateway's public IPv4 address.</summary>
internal sealed class ElasticAddress(LabDefinition lab) : Resource("address/nat", "elastic IP address")
{
    /// <summary>Handle of the address itself.</summary>
    public const string PublicIp = "public ip";

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws.Ec2.DescribeAddressesAsync(new DescribeAddressesRequest { Filters = Tagging.Filter(lab, Id) }, cancellationToken);
        if (Tagging.Single(answer.Addresses, address => address.Tags, lab, Id, address => address.AllocationId) is not { } address)
        {
            return null;
        }

        var fields = new Fields();
        fields.AddName(address.Tags);
        return new Found(address.AllocationId, fields) { Handles = new Dictionary<string, string> { [PublicIp] = address.PublicIp } };
    }

    public override Fields Desired(World world) => new() { [Tagging.NameField] = Tagging.ConsoleName(lab, Id) };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.AllocateAddressAsync(
            new AllocateAddressRequest { Domain = DomainType.Vpc, TagSpecifications = Tagging.Specify(lab, Id, ResourceType.ElasticIp) },
            cancellationToken
        );

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Ec2Writes.ReleaseAddressAsync(new ReleaseAddressRequest { AllocationId = found.Id }, cancellationToken);
}
