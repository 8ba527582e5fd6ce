using System.Net;
using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification.Exposures;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>Nodes in further availability zones: a private subnet each, which comes and goes with the zone.</summary>
public sealed class ZoneTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly NodeDefinition Far = NodeDefinition.First with
    {
        Name = "far",
        Launch = new() { Zone = "eu-west-1b", PrivateAddress = IPAddress.Parse("10.20.14.11") },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_run_where_they_are_said_to_and_a_zone_goes_when_it_is_empty(bool create)
    {
        using var aws = await AccountAsync(create);
        var before = await Account.InventoryAsync(aws, Token);
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = models };
        using var strict = Runs.Clients(proxy.Endpoint);
        var home = Runs.Lab(Egress.NatGateway, create) with { Nodes = [NodeDefinition.First, Far] };
        var lab = Runs.InFurther(home, "eu-west-1b", "eu-west-1c");

        await Runs.ApplyAsync(lab, strict, Token, width: 6);

        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
        Assert.Equal(
            ["eu-west-1a 10.20.1.0/24 00", "eu-west-1a 10.20.13.0/24 01", "eu-west-1b 10.20.14.0/24 03", "eu-west-1c 10.20.15.0/24 04"],
            await SubnetsAsync(aws)
        );
        var deployed = await DeployedLab.ReadAsync(strict, lab, Token);
        Assert.Equal(3, await UsersOfAsync(aws, deployed.IdOf("routes/private")!));

        var nodes = await NodeInstances.LaunchAsync(strict, deployed, lab.Nodes, Token);

        Assert.Equal(
            [("cp1", deployed.IdOf("subnet/private")), ("far", deployed.IdOf("subnet/private-eu-west-1b"))],
            nodes.Select(node => (node.Name, node.Subnet))
        );
        Assert.Equal("10.20.14.11", nodes[1].PrivateIp);
        Assert.DoesNotContain(await new Exposure(strict, deployed).FindAsync(Token), found => found.Verdict == Verdict.Exposed && found.What == nodes[1].Id);

        // A zone that is left while a node is in it: said before anything is written.
        var refused = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(home, strict, Token, width: 6));
        Assert.Contains("has nodes: far. Terminate them first: lab-deploy terminate far", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await SubnetsAsync(aws)).Count);

        await NodeInstances.TerminateAsync(strict, lab, [nodes[1].Id], Token);
        await Runs.ApplyAsync(home, strict, Token, width: 6);

        Assert.Equal(2, (await SubnetsAsync(aws)).Count);
        Assert.Equal(1, await UsersOfAsync(aws, deployed.IdOf("routes/private")!));
        Assert.True((await Runs.PlanAsync(home, moto.Endpoint, Token)).IsEmpty);

        await Runs.DestroyAsync(home, strict, Token, width: 6);
        Assert.Empty(models.Refused);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>The new zone's subnet has the addresses of the one that goes, and the lab moves into what was a further zone.</summary>
    [Fact]
    public async Task What_is_in_the_way_goes_first()
    {
        using var aws = await AccountAsync(create: true);
        var before = await Account.InventoryAsync(aws, Token);
        var lab = Runs.Lab(Egress.None);
        await Runs.ApplyAsync(Runs.InFurther(lab, "eu-west-1b"), moto.Endpoint, Token);

        var changed = Runs.InFurther(lab, "eu-west-1c");
        await Runs.ApplyAsync(changed, moto.Endpoint, Token);

        Assert.Contains("eu-west-1c 10.20.14.0/24 04", await SubnetsAsync(aws));
        Assert.True((await Runs.PlanAsync(changed, moto.Endpoint, Token)).IsEmpty);

        var moved = Runs.InFurther(lab with { Zone = "eu-west-1c" }, "eu-west-1a");
        await Runs.ApplyAsync(moved, moto.Endpoint, Token);

        Assert.Equal(["eu-west-1a 10.20.14.0/24 02", "eu-west-1c 10.20.1.0/24 00", "eu-west-1c 10.20.13.0/24 01"], await SubnetsAsync(aws));
        Assert.True((await Runs.PlanAsync(moved, moto.Endpoint, Token)).IsEmpty);

        // With a definition that has never heard of the zone.
        await Runs.DestroyAsync(lab with { Zone = "eu-west-1c" }, moto.Endpoint, Token);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>Neither the bastion nor the routes of the other subnets go with it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_range_of_a_zone_makes_only_its_subnet_anew(bool create)
    {
        using var aws = await AccountAsync(create);
        var lab = Runs.InFurther(Runs.Lab(Egress.NatGateway, create), "eu-west-1b");
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var changed = lab with { Network = lab.Network with { Zones = [lab.Network.Zones[0] with { PrivateSubnet = IPNetwork.Parse("10.20.16.0/24") }] } };

        var plan = await Runs.PlanAsync(changed, moto.Endpoint, Token);
        await Runs.ApplyAsync(changed, moto.Endpoint, Token);

        Assert.Equal(["subnet/private-eu-west-1b Replace", "routes/private Update"], plan.Changes.Select(step => $"{step.Resource.Id} {step.Action}"));
        Assert.Contains("eu-west-1b 10.20.16.0/24 03", await SubnetsAsync(aws));
        Assert.Equal(2, await UsersOfAsync(aws, (await DeployedLab.ReadAsync(aws, changed, Token)).IdOf("routes/private")!));
        Assert.True((await Runs.PlanAsync(changed, moto.Endpoint, Token)).IsEmpty);
        await Runs.DestroyAsync(changed, moto.Endpoint, Token);
    }

    [Fact]
    public async Task A_subnet_of_an_existing_network_is_used_and_stays_as_it_is()
    {
        using var aws = await AccountAsync(create: true);
        var network = await ForeignNetwork.CreateAsync(aws, Token);
        var further = await FurtherSubnetAsync(aws, network);
        var lab = In(
            network,
            new()
            {
                Zone = "eu-west-1b",
                PrivateSubnet = IPNetwork.Parse("10.10.14.0/24"),
                Existing = further,
            }
        );
        async Task<string> RefusalAsync(LabDefinition one) => (await Assert.ThrowsAsync<LabException>(() => Runs.PlanAsync(one, moto.Endpoint, Token))).Message;

        Assert.Contains("aws ec2 associate-route-table --subnet-id " + further, await RefusalAsync(lab), StringComparison.Ordinal);
        await aws.Ec2Writes.AssociateRouteTableAsync(new() { SubnetId = further, RouteTableId = network.PrivateTable }, Token);
        Assert.Contains(
            "network.zones[0].privateSubnet is 10.10.15.0/24",
            await RefusalAsync(In(network, lab.Network.Zones[0] with { PrivateSubnet = IPNetwork.Parse("10.10.15.0/24") })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is in eu-west-1b, not in eu-west-1c",
            await RefusalAsync(In(network, lab.Network.Zones[0] with { Zone = "eu-west-1c" })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "network.zones[0].existing: there is no subnet",
            await RefusalAsync(In(network, lab.Network.Zones[0] with { Existing = "nowhere" })),
            StringComparison.Ordinal
        );
        var (before, state) = (await Account.InventoryAsync(aws, Token), await network.StateAsync(aws, Token));

        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var deployed = await DeployedLab.ReadAsync(aws, lab, Token);
        var node = Far with
        {
            Launch = new() { Zone = "eu-west-1b", PrivateAddress = IPAddress.Parse("10.10.14.11") },
        };
        Assert.Equal(further, (await NodeInstances.LaunchAsync(aws, deployed, node, Token)).Subnet);

        await Runs.DestroyAsync(lab, moto.Endpoint, Token);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
        Assert.Equal(state, await network.StateAsync(aws, Token));
    }

    private static LabDefinition In(ForeignNetwork network, ZoneDefinition zone)
    {
        var lab = network.Lab(Egress.Ipv6, create: true);
        return lab with { Network = lab.Network with { Zones = [zone] } };
    }

    private static async Task<string> FurtherSubnetAsync(AwsClients aws, ForeignNetwork network) => (
            await aws.Ec2Writes.CreateSubnetAsync(
                new()
                {
                    VpcId = network.Vpc,
                    CidrBlock = "10.10.14.0/24",
                    AvailabilityZone = "eu-west-1b",
                },
                Token
            )
        ).Subnet.SubnetId;

    private async Task<AwsClients> AccountAsync(bool create)
    {
        await moto.ResetAsync();
        var aws = Runs.Clients(moto.Endpoint);
        if (!create)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        return aws;
    }

    /// <summary>The lab's subnets: zone, range and which /64.</summary>
    private static async Task<IReadOnlyList<string>> SubnetsAsync(AwsClients aws) =>
        [
            .. (await aws.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest(), Token))
                .Subnets.Where(subnet => subnet.Tags?.Any(tag => tag is { Key: "lab:name", Value: "lab" }) == true)
                .Select(subnet =>
                    $"{subnet.AvailabilityZone} {subnet.CidrBlock} {IPNetwork.Parse(subnet.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock).BaseAddress.GetAddressBytes()[7]:x2}"
                )
                .Order(StringComparer.Ordinal),
        ];

    private static async Task<int> UsersOfAsync(AwsClients aws, string table) =>
        (await aws.Ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { RouteTableIds = [table] }, Token))
            .RouteTables.Single()
            .Associations.Count(association => association.SubnetId is not null);
}
