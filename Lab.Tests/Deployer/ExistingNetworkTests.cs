using System.Net;
using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification.Exposures;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer.Iam;
using Lab.Tests.Deployer.Strict;
using RouteTable = Lab.Deployment.Resources.RouteTable;

namespace Lab.Tests.Deployer;

/// <summary>A lab in a VPC that was there before it: what is not the lab's stays to the last tag, and is said where it does not fit.</summary>
public sealed class ExistingNetworkTests(Moto moto) : IClassFixture<Moto>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Egress, bool> Labs() => [.. from egress in Enum.GetValues<Egress>() from adopts in new[] { false, true } select (egress, adopts)];

    [Theory]
    [MemberData(nameof(Labs))]
    public async Task It_goes_up_in_it_and_gives_it_back_as_it_was(Egress egress, bool adopts)
    {
        var (aws, network) = await AccountAsync(adopts);
        using var account = aws;
        var lab = network.Lab(egress, create: !adopts);
        var (before, state) = (await Account.InventoryAsync(aws, Token), await network.StateAsync(aws, Token));
        var models = await ServiceModels.LoadAsync();
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            PageSize = 5,
            Models = models,
            Consistency = new EventualConsistency((int)egress, TimeSpan.FromMilliseconds(100)),
        };
        using var slow = Runs.SlowClients(proxy.Endpoint, TimeSpan.FromMilliseconds(500));

        await Runs.ApplyAsync(lab, slow, Token, width: 6);

        Assert.Equal(3, (await aws.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), Token)).Vpcs.Count + (adopts ? 0 : 1));
        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
        var table = await TableAsync(aws, network);
        Assert.Equal(NetworkRoutes(egress), table.Routes.Where(route => route.GatewayId != "local").Select(RouteTable.DestinationOf).Order());
        await Runs.DestroyAsync(lab, slow, Token, width: 6);

        Assert.Empty(models.Refused);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
        Assert.Equal(state, await network.StateAsync(aws, Token));
    }

    /// <summary>The bastion of the account is in the public subnet of the very VPC, as it usually is.</summary>
    [Fact]
    public async Task A_bastion_that_is_in_it_already_is_adopted_and_given_back()
    {
        var (aws, network) = await AccountAsync(adopts: true);
        using var account = aws;
        var group = (await aws.AutoScaling.FindGroupAsync("tf-asg", Token))!;
        await aws.AutoScaling.MoveAsync("tf-asg", [network.Public], group.TemplateId!, group.TemplateVersion!, Token);
        var before = await Account.InventoryAsync(aws, Token);
        foreach (var egress in new[] { Egress.Bastion, Egress.Ipv6 })
        {
            var lab = network.Lab(egress, create: false);

            await Runs.ApplyAsync(lab, moto.Endpoint, Token);
            Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
            await Runs.DestroyAsync(lab, moto.Endpoint, Token);

            Assert.Equal(before, await Account.InventoryAsync(aws, Token));
        }
    }

    [Fact]
    public async Task A_NAT_gateway_that_is_there_is_used_and_not_paid_twice()
    {
        var (aws, network) = await AccountAsync();
        using var account = aws;
        var address = (await aws.Ec2Writes.AllocateAddressAsync(new() { Domain = "vpc" }, Token)).AllocationId;
        var nat = (await aws.Ec2Writes.CreateNatGatewayAsync(new() { SubnetId = network.Public, AllocationId = address }, Token)).NatGateway.NatGatewayId;
        await RouteAsync(aws, network, "0.0.0.0/0", nat: nat);
        var lab = network.Lab(Egress.NatGateway, create: true);
        var state = await network.StateAsync(aws, Token);

        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var deployed = await DeployedLab.ReadAsync(aws, lab, Token);

        Assert.Null(deployed.IdOf("nat-gateway"));
        Assert.DoesNotContain(deployed.EstimateFor(new(2026, 7, 1)).Lines, line => line.Resource.StartsWith("NAT", StringComparison.Ordinal));
        Assert.Contains(deployed.Remarks, remark => remark.Contains(nat, StringComparison.Ordinal));
        await Runs.DestroyAsync(lab, moto.Endpoint, Token);
        Assert.Equal(state, await network.StateAsync(aws, Token));
    }

    /// <summary>Another design takes other routes: the lab's go, and nobody else's.</summary>
    [Fact]
    public async Task Another_design_takes_the_labs_routes_away_and_no_others()
    {
        var (aws, network) = await AccountAsync();
        using var account = aws;
        await RouteAsync(aws, network, "192.0.2.0/24", gateway: network.Gateway);
        var state = await network.StateAsync(aws, Token);
        foreach (var egress in new[] { Egress.NatGateway, Egress.Bastion, Egress.None, Egress.Ipv6, Egress.NatGateway })
        {
            await Runs.ApplyAsync(network.Lab(egress, create: true), moto.Endpoint, Token);

            var routes = (await TableAsync(aws, network)).Routes.Where(route => route.GatewayId != "local").Select(RouteTable.DestinationOf);
            Assert.Equal([.. NetworkRoutes(egress).Append("192.0.2.0/24").Order()], routes.Order());
        }

        await Runs.DestroyAsync(network.Lab(Egress.None, create: true), moto.Endpoint, Token);
        Assert.Equal(state, await network.StateAsync(aws, Token));
    }

    [Theory]
    [InlineData("range", "network.privateSubnet is 10.10.14.0/24")]
    [InlineData("vpc range", "network.vpc is 10.0.0.0/8")]
    [InlineData("zone", "is in eu-west-1a, and zone is eu-west-1b")]
    [InlineData("no vpc", "network.existing.vpc: there is no VPC in eu-west-1 with the id or the name elsewhere")]
    [InlineData("no subnet", "network.existing.privateSubnet: there is no subnet in vpc-")]
    [InlineData("main table", "uses the VPC's main route table")]
    [InlineData("other way", "sends 0.0.0.0/0 to igw-")]
    [InlineData("not public", "do not lead to an internet gateway")]
    [InlineData("group", "has a security group bastion-sg already")]
    [InlineData("address", "bastion.address: 10.10.13.140 is taken")]
    [InlineData("own vpc", "has a VPC of its own already")]
    public async Task What_does_not_fit_is_said_before_the_first_write(string what, string said)
    {
        var (aws, network) = await AccountAsync(ownTable: what != "main table");
        using var account = aws;
        var lab = network.Lab(what is "other way" or "not public" ? Egress.Bastion : Egress.None, create: true);
        LabDefinition With(Func<NetworkDefinition, NetworkDefinition> change) => lab with { Network = change(lab.Network) };
        ExistingNetworkDefinition named = lab.Network.Existing!;
        lab = what switch
        {
            "range" => With(definition => definition with { PrivateSubnet = IPNetwork.Parse("10.10.14.0/24") }),
            "vpc range" => With(definition => definition with { Vpc = IPNetwork.Parse("10.0.0.0/8") }),
            "zone" => lab with { Zone = "eu-west-1b" },
            "no vpc" => With(definition => definition with { Existing = named with { Vpc = "elsewhere" } }),
            "no subnet" => With(definition => definition with { Existing = named with { PrivateSubnet = "subnet-0" } }),
            "not public" => With(definition => definition with { Existing = named with { PublicSubnet = network.Private, PrivateSubnet = network.Public } }),
            _ => lab,
        };
        switch (what)
        {
            case "other way":
                await RouteAsync(aws, network, "0.0.0.0/0", gateway: network.Gateway);
                break;
            case "group":
                await aws.Ec2Writes.CreateSecurityGroupAsync(
                    new()
                    {
                        GroupName = "bastion-sg",
                        Description = "theirs",
                        VpcId = network.Vpc,
                    },
                    Token
                );
                break;
            case "address":
                await aws.Ec2Writes.CreateNetworkInterfaceAsync(new() { SubnetId = network.Private, PrivateIpAddress = "10.10.13.140" }, Token);
                break;
            case "own vpc":
                await Runs.ApplyAsync(Runs.Lab(Egress.None), moto.Endpoint, Token);
                break;
        }

        var before = await Account.InventoryAsync(aws, Token);

        var refused = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(lab, moto.Endpoint, Token));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            before,
            (await Account.InventoryAsync(aws, Token)).Where(line => !line.StartsWith("parameter ", StringComparison.Ordinal) || before.Contains(line))
        );
    }

    /// <summary>A definition that names another network loses nothing: the lab's routes in the first are found by their mark.</summary>
    [Fact]
    public async Task Routes_in_a_network_that_is_no_longer_named_are_not_forgotten()
    {
        var (aws, network) = await AccountAsync();
        using var account = aws;
        var lab = network.Lab(Egress.Ipv6, create: true);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var elsewhere = Runs.Lab(Egress.Ipv6);

        foreach (var run in new[] { Runs.ApplyAsync, (Func<LabDefinition, Uri, CancellationToken, int, TimeSpan?, Task>)Runs.DestroyAsync })
        {
            var refused = await Assert.ThrowsAsync<LabException>(() => run(elsewhere, moto.Endpoint, Token, 1, null));
            Assert.Contains($"has routes in {network.PrivateTable}", refused.Message, StringComparison.Ordinal);
        }

        await Runs.DestroyAsync(lab, moto.Endpoint, Token);
        Assert.Empty((await TableAsync(aws, network)).Tags ?? []);
    }

    [Fact]
    public async Task The_audit_is_about_what_is_the_labs_in_it()
    {
        var (aws, network) = await AccountAsync();
        using var account = aws;
        var web = (await aws.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new("group-name", ["web"])] }, Token))
            .SecurityGroups[0]
            .GroupId;
        await OpenAsync(aws, web, 443);
        var lab = network.Lab(Egress.None, create: true);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        async Task<IReadOnlyList<Exposed>> ExposedAsync() =>
            [.. (await new Exposure(aws, await DeployedLab.ReadAsync(aws, lab, Token)).FindAsync(Token)).Where(found => found.Verdict == Verdict.Exposed)];

        Assert.Empty(await ExposedAsync());

        var bastion = (await DeployedLab.ReadAsync(aws, lab, Token)).IdOf("group/bastion-sg");
        await OpenAsync(aws, bastion!, 80);
        Assert.Contains(await ExposedAsync(), found => found.What.Contains(bastion!, StringComparison.Ordinal));
    }

    /// <summary>The operator's policy allows what a life in it asks, and the network itself stays out of reach.</summary>
    [Fact]
    public async Task The_policy_is_for_what_the_lab_adds_and_not_for_the_network()
    {
        List<IamRequest> called = [];
        var policy = "";
        foreach (var egress in Enum.GetValues<Egress>())
        {
            var (aws, network) = await AccountAsync();
            using var account = aws;
            var calls = new AuthorizedCalls(aws);
            await using var proxy = new FaultProxy(moto.Endpoint) { Arriving = calls.NoteAsync };
            var lab = network.Lab(egress, create: true);
            lab = lab with { Network = lab.Network with { Existing = lab.Network.Existing! with { Vpc = network.Vpc } } };
            await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
            await Runs.ApplyAsync(lab with { Network = lab.Network with { Egress = Egress.Bastion } }, proxy.Endpoint, Token);
            using var asked = Runs.Clients(proxy.Endpoint);
            await NodeInstances.LaunchAsync(asked, await DeployedLab.ReadAsync(asked, lab, Token), 1, Token);
            await Runs.DestroyAsync(lab, proxy.Endpoint, Token);
            policy = IamPolicies.Operator(lab);

            var read = IamPolicy.Parse(policy);
            Assert.DoesNotContain(calls.Requests, request => !read.Allows(request));
            called.AddRange(calls.Requests.Select(request => request with { Resource = Anonymous(request.Resource, network) }));
            Assert.All(Denied(network), request => Assert.False(read.Allows(request), request.ToString()));
        }

        string[] added = ["InExistingNetwork", "RoutesInExisting", "MarkOfRoutes"];
        Assert.Equal(added, IamPolicy.Parse(policy).Grants.Select(grant => grant.Statement).Where(added.Contains).Distinct());
        Assert.DoesNotContain(
            IamPolicy.Parse(policy).Grants.Where(grant => added.Contains(grant.Statement)),
            grant => !called.Any(request => request.Action == grant.Action && Foreign(request))
        );
    }

    [Fact]
    public async Task A_policy_takes_ids()
    {
        using var program = new LabDeploy("{network: {existing: {vpc: home, publicSubnet: subnet-0a, privateSubnet: subnet-0b}}, bastion: {create: true}}");

        var refused = (await program.RunAsync(moto.Endpoint, "doctor", "--policy")).Expect(1);

        Assert.Contains("needs network.existing by ids", refused.Errors, StringComparison.Ordinal);
    }

    private static IEnumerable<IamRequest> Denied(ForeignNetwork network)
    {
        IamRequest Ec2(string action, string kind, string id) => new($"ec2:{action}", Ec2Calls.Arn(kind, id));
        IamRequest Table(string action, string vpc) => Ec2(action, "route-table", network.PrivateTable).With("ec2:Vpc", Ec2Calls.Arn("vpc", vpc));
        KeyValuePair<string, string>[] own = [new(Tags.Lab, "lab")];
        return
        [
            Ec2("DeleteVpc", "vpc", network.Vpc),
            Ec2("ModifyVpcAttribute", "vpc", network.Vpc),
            Ec2("AssociateDhcpOptions", "vpc", network.Vpc),
            Ec2("CreateTags", "vpc", network.Vpc).Tagging(own),
            Ec2("CreateSubnet", "vpc", network.Vpc),
            Ec2("DeleteSubnet", "subnet", network.Private),
            Ec2("ModifySubnetAttribute", "subnet", network.Private),
            Ec2("DetachInternetGateway", "internet-gateway", network.Gateway),
            Table("DeleteRouteTable", network.Vpc),
            Table("CreateRoute", "vpc-0"),
            Table("CreateTags", network.Vpc).Tagging(own),
            Table("DeleteTags", network.Vpc),
            Table("DeleteTags", network.Vpc).Tagging([new("Name", "home")]),
        ];
    }

    private static string Anonymous(string resource, ForeignNetwork network) =>
        new[] { network.Vpc, network.Public, network.Private, network.PrivateTable }.Any(id => resource.EndsWith($"/{id}", StringComparison.Ordinal))
            ? "foreign"
            : resource;

    private static bool Foreign(IamRequest request) => request.Resource == "foreign";

    private static IEnumerable<string> NetworkRoutes(Egress egress) =>
        egress switch
        {
            Egress.None => ["2001:db8::7/128"],
            Egress.Ipv6 => ["::/0"],
            _ => ["0.0.0.0/0", "::/0"],
        };

    private static async Task<Amazon.EC2.Model.RouteTable> TableAsync(AwsClients aws, ForeignNetwork network) =>
        (await aws.Ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { RouteTableIds = [network.PrivateTable] }, Token)).RouteTables[0];

    private static Task RouteAsync(AwsClients aws, ForeignNetwork network, string destination, string? gateway = null, string? nat = null) =>
        aws.Ec2Writes.CreateRouteAsync(
            new()
            {
                RouteTableId = network.PrivateTable,
                DestinationCidrBlock = destination,
                GatewayId = gateway,
                NatGatewayId = nat,
            },
            Token
        );

    /// <summary>Lets the whole internet in at a port.</summary>
    private static Task OpenAsync(AwsClients aws, string group, int port) =>
        aws.Ec2Writes.AuthorizeSecurityGroupIngressAsync(
            new()
            {
                GroupId = group,
                IpPermissions =
                [
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = port,
                        ToPort = port,
                        Ipv4Ranges = [new() { CidrIp = "0.0.0.0/0" }],
                    },
                ],
            },
            Token
        );

    private async Task<(AwsClients Aws, ForeignNetwork Network)> AccountAsync(bool adopts = false, bool ownTable = true)
    {
        await moto.ResetAsync();
        var aws = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        return (aws, await ForeignNetwork.CreateAsync(aws, Token, ownTable));
    }
}
