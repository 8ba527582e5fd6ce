using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>The VPC, with a /56 of Amazon's IPv6 addresses.</summary>
internal sealed class Vpc(LabDefinition lab) : Resource("vpc", "VPC")
{
    /// <summary>Handle of the IPv6 range.</summary>
    public const string Ipv6 = "ipv6";

    public override IReadOnlyCollection<string> Immutable => ["cidr"];

    /// <summary>What carries a VPC's tags.</summary>
    public static Task<IReadOnlyList<Amazon.EC2.Model.Vpc>> DescribeAsync(AwsClients aws, LabDefinition lab, string id, CancellationToken cancellationToken) =>
        Tagging.DescribeAsync<Amazon.EC2.Model.Vpc>(
            aws,
            lab,
            id,
            vpc => vpc.Tags,
            filters => aws.Ec2.Paginators.DescribeVpcs(new DescribeVpcsRequest { Filters = filters }).Vpcs,
            cancellationToken
        );

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await DescribeAsync(aws, lab, Id, cancellationToken);
        if (Tagging.Single(answer, vpc => vpc.Tags, lab, Id, vpc => vpc.VpcId) is not { } vpc)
        {
            return null;
        }

        var support = aws.Ec2.DescribeVpcAttributeAsync(
            new DescribeVpcAttributeRequest { VpcId = vpc.VpcId, Attribute = VpcAttributeName.EnableDnsSupport },
            cancellationToken
        );
        var names = await aws.Ec2.DescribeVpcAttributeAsync(
            new DescribeVpcAttributeRequest { VpcId = vpc.VpcId, Attribute = VpcAttributeName.EnableDnsHostnames },
            cancellationToken
        );
        var range = vpc.Ipv6CidrBlockAssociationSet?.FirstOrDefault(set => set.Ipv6CidrBlockState.State != VpcCidrBlockStateCode.Disassociated);
        var fields = new Fields
        {
            ["cidr"] = vpc.CidrBlock,
            ["ipv6"] = range is null ? "no" : "yes",
            ["dns support"] = Text((await support).EnableDnsSupport),
            ["dns hostnames"] = Text(names.EnableDnsHostnames),
        };
        fields.AddName(vpc.Tags);
        return new Found(vpc.VpcId, fields)
        {
            IsReady = vpc.State == VpcState.Available && range?.Ipv6CidrBlockState.State != VpcCidrBlockStateCode.Associating,
            Handles = range is null ? new Dictionary<string, string>() : new() { [Ipv6] = range.Ipv6CidrBlock },
        };
    }

    public override Fields Desired(World world) =>
        new()
        {
            ["cidr"] = lab.Network.Vpc.ToString(),
            ["ipv6"] = "yes",
            ["dns support"] = "yes",
            ["dns hostnames"] = "yes",
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateVpcAsync(
            new CreateVpcRequest
            {
                CidrBlock = lab.Network.Vpc.ToString(),
                AmazonProvidedIpv6CidrBlock = true,
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.Vpc),
            },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            await (
                change.Name switch
                {
                    "dns support" => aws.Ec2Writes.ModifyVpcAttributeAsync(
                        new ModifyVpcAttributeRequest { VpcId = found.Id, EnableDnsSupport = true },
                        cancellationToken
                    ),
                    "dns hostnames" => aws.Ec2Writes.ModifyVpcAttributeAsync(
                        new ModifyVpcAttributeRequest { VpcId = found.Id, EnableDnsHostnames = true },
                        cancellationToken
                    ),
                    "ipv6" => AddIpv6Async(aws, found, cancellationToken),
                    _ => Task.CompletedTask,
                }
            );
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    /// <exception cref="LabException">It is an emulator that has no such thing.</exception>
    private static async Task AddIpv6Async(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await aws.Ec2Writes.AssociateVpcCidrBlockAsync(
                new AssociateVpcCidrBlockRequest { VpcId = found.Id, AmazonProvidedIpv6CidrBlock = true },
                cancellationToken
            );
            if (!aws.Target.IsLocal || answer.Ipv6CidrBlockAssociation?.AssociationId is not null)
            {
                return;
            }
        }
        catch (AmazonServiceException e) when (aws.Target.IsLocal && !AwsErrors.IsAmbiguous(e) && !AwsErrors.IsThrottle(e)) { }

        throw new LabException(
            "The emulator gives a VPC no IPv6 block of Amazon's, and the lab's subnets, routes and rules have addresses of it. Deploy to an emulator that does, such as moto: lab-deploy --emulator starts one."
        );
    }

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Ec2Writes.DeleteVpcAsync(new DeleteVpcRequest { VpcId = found.Id }, cancellationToken);

    private static string Text(bool? value) => value == true ? "yes" : "no";
}
