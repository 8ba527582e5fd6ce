using System.Net;
using System.Text;
using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Emulation.Aws;
using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer;

namespace Lab.Tests.Ec2;

/// <summary>Reads what lab-deploy made in moto.</summary>
public sealed class VpcReaderTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly LabDefinition Lab = Runs.Lab(Egress.NatGateway);

    private EmulatedAccount Account => new(moto.Endpoint, Lab.Region);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_applied_is_read_whole()
    {
        await moto.ResetAsync();
        using var reader = new VpcReader(Account, Lab.Name, Lab.Nodes);
        Assert.Null(await reader.ReadAsync(Cancelled));
        await Runs.ApplyAsync(Lab, moto.Endpoint, Cancelled);

        var vpc = (await reader.ReadAsync(Cancelled))!;

        Assert.Equal([Lab.Network.Vpc], vpc.Ipv4Blocks);
        var home = vpc.Subnets.Single(subnet => subnet.Ipv4.Equals(Lab.Network.PrivateSubnet));
        Assert.NotNull(home.Ipv6);
        var nat = Assert.Single(vpc.Gateways, gateway => gateway.Kind == VpcGatewayKind.Nat);
        Assert.Equal(nat.Id, vpc.RouteFor(home, IPAddress.Parse("1.1.1.1"))!.Target);
        Assert.NotNull(nat.PublicAddress);
        var bastion = vpc.InterfaceWith(Lab.Bastion.Address)!;
        var group = Assert.Single(vpc.GroupsOf(bastion));
        Assert.Contains(group.Ingress, rule => rule is { Protocol: "tcp", Ports: (22, 22) } && rule.Network.ToString() == "2001:db8::7/128");
        Assert.Equal([Lab.Bastion.Address, DhcpOptionsDefinition.AmazonDns(Lab)], vpc.Dhcp.NameServers);
        Assert.Null(bastion.InstanceId);
    }

    [Fact]
    public async Task A_launched_node_has_its_template_s_user_data_disk_and_metadata_options()
    {
        var definition = Lab with { Launch = Lab.Launch with { MetadataTokens = MetadataTokens.Required, DiskGib = 10 } };
        await moto.ResetAsync();
        await Runs.ApplyAsync(definition, moto.Endpoint, Cancelled);
        using var deployment = LocalDeployment.Open(definition, moto.Endpoint);
        var id = Assert.Single(await deployment.LaunchAsync(Cancelled));
        using var reader = new VpcReader(Account, Lab.Name, Lab.Nodes);

        var vpc = (await reader.ReadAsync(Cancelled))!;

        var node = vpc.Instances.Single(instance => instance.Id == id);
        Assert.True(InstanceMachines.IsNode(node));
        Assert.Equal(NodeUserData.Script(Lab), Encoding.UTF8.GetString(node.UserData!));
        Assert.Equal((10, 1, true, true), (node.DiskGib, node.MetadataHopLimit, node.MetadataTokenRequired, node.MetadataEnabled));
        Assert.Contains(vpc.Interfaces, one => one.InstanceId == id && Lab.Network.PrivateSubnet.Contains(one.Addresses[0]));
        using var ec2 = Account.CreateClient();
        await ec2.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = [id] }, Cancelled);
        Assert.DoesNotContain((await reader.ReadAsync(Cancelled))!.Interfaces, one => one.InstanceId == id);
    }

    [Fact]
    public async Task A_group_gets_the_instance_that_moto_does_not_launch()
    {
        await moto.ResetAsync();
        await Runs.ApplyAsync(Lab, moto.Endpoint, Cancelled);
        using var deployment = LocalDeployment.Open(Lab, moto.Endpoint);
        await deployment.StartBastionAsync(Cancelled);
        using var reader = new VpcReader(Account, Lab.Name, Lab.Nodes);
        using var keeper = new GroupKeeper(Account, _ => { });

        while (await keeper.KeepAsync((await reader.ReadAsync(Cancelled))!, Cancelled)) { }

        var vpc = (await reader.ReadAsync(Cancelled))!;
        var bastion = Assert.Single(vpc.Instances, instance => instance is { State: "running", AutoScalingGroup: not null });
        Assert.Equal(Lab.Bastion.Group, bastion.AutoScalingGroup);
        var one = Assert.Single(vpc.Interfaces, one => one.InstanceId == bastion.Id);
        Assert.Equal("bastion-sg", Assert.Single(vpc.GroupsOf(one)).Name);
        Assert.NotNull(one.AddressOf(System.Net.Sockets.AddressFamily.InterNetworkV6));
        Assert.True(UserDataOf(bastion).Contains("lab.sh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_that_the_account_has_already_is_made_first_and_read()
    {
        await moto.ResetAsync();
        var definition = Lab with
        {
            Network = Lab.Network with
            {
                Existing = new()
                {
                    Vpc = "home",
                    PublicSubnet = "home-public",
                    PrivateSubnet = "home-private",
                },
            },
        };
        using var reader = new VpcReader(Account, Lab.Name, Lab.Nodes);
        using var deployment = LocalDeployment.Open(definition, moto.Endpoint);
        await deployment.ApplyAsync(Cancelled);
        Assert.Equal(0, await deployment.ApplyAsync(Cancelled));

        var vpc = (await reader.ReadAsync(Cancelled))!;

        Assert.Equal(definition.Network.Vpc, Assert.Single(vpc.Ipv4Blocks));
        Assert.Contains(vpc.Interfaces, one => one.Addresses.Contains(definition.Bastion.Address));
    }

    [Fact]
    public async Task A_change_of_a_rule_is_told_within_a_second()
    {
        await moto.ResetAsync();
        await Runs.ApplyAsync(Lab, moto.Endpoint, Cancelled);
        using var reader = new VpcReader(Account, Lab.Name, Lab.Nodes);
        using var ec2 = Account.CreateClient();
        var told = System.Threading.Channels.Channel.CreateUnbounded<VpcState>();
        await using var watch = VpcWatch.Start(
            reader,
            (_, _) => Task.FromResult(false),
            (state, cancellationToken) => told.Writer.WriteAsync(state!, cancellationToken).AsTask(),
            Assert.Fail
        );
        var before = await told.Reader.ReadAsync(Cancelled);
        var group = before.SecurityGroups.Single(group => group.Name == "bastion-sg");

        await ec2.AuthorizeSecurityGroupIngressAsync(
            new AuthorizeSecurityGroupIngressRequest
            {
                GroupId = group.Id,
                IpPermissions =
                [
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 8053,
                        ToPort = 8053,
                        Ipv4Ranges = [new() { CidrIp = "10.20.1.0/24" }],
                    },
                ],
            },
            Cancelled
        );

        var after = await told.Reader.ReadAsync(Cancelled);
        Assert.Contains(after.SecurityGroups.Single(one => one.Id == group.Id).Ingress, rule => rule is { Ports: (8053, 8053) });
    }

    private static string UserDataOf(VpcInstance instance) => string.Join(' ', UserDataParts.Read(instance.UserData!).Select(part => part.Name));
}
