using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Gateway = Amazon.EC2.Model.InternetGateway;

namespace Lab.Deployment.Resources;

/// <summary>The internet gateway, attached to the VPC.</summary>
internal sealed class InternetGateway(LabDefinition lab, Vpc vpc) : Resource("internet-gateway", "internet gateway", vpc)
{
    private const string Attached = "attached to";

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeInternetGateways(new DescribeInternetGatewaysRequest { Filters = Tagging.Filter(lab, Id) })
            .InternetGateways.ToListAsync(cancellationToken);
        if (Tagging.Single<Ec2Gateway>(answer, gateway => gateway.Tags, lab, Id, gateway => gateway.InternetGatewayId) is not { } gateway)
        {
            return null;
        }

        var fields = new Fields();
        if (gateway.Attachments?.FirstOrDefault() is { } attachment)
        {
            fields[Attached] = attachment.VpcId;
        }

        fields.AddName(gateway.Tags);
        return new Found(gateway.InternetGatewayId, fields);
    }

    public override Fields Desired(World world) => new() { [Attached] = world.Ref(vpc), [Tagging.NameField] = Tagging.ConsoleName(lab, Id) };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateInternetGatewayAsync(
            new CreateInternetGatewayRequest { TagSpecifications = Tagging.Specify(lab, Id, ResourceType.InternetGateway) },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes.Where(change => change.Name == Attached))
        {
            if (change.Before is { } elsewhere)
            {
                await aws.Ec2Writes.DetachInternetGatewayAsync(
                    new DetachInternetGatewayRequest { InternetGatewayId = found.Id, VpcId = elsewhere },
                    cancellationToken
                );
            }

            await aws.Ec2Writes.AttachInternetGatewayAsync(
                new AttachInternetGatewayRequest { InternetGatewayId = found.Id, VpcId = world.Ref(vpc) },
                cancellationToken
            );
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        if (found.Fields.TryGetValue(Attached, out var network))
        {
            await aws.Ec2Writes.DetachInternetGatewayAsync(
                new DetachInternetGatewayRequest { InternetGatewayId = found.Id, VpcId = network },
                cancellationToken
            );
        }

        await aws.Ec2Writes.DeleteInternetGatewayAsync(new DeleteInternetGatewayRequest { InternetGatewayId = found.Id }, cancellationToken);
    }
}
