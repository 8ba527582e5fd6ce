using Amazon.EC2.Model;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>What others do: a second run, a hand in the console.</summary>
public sealed class TogetherTests(Moto moto) : IClassFixture<Moto>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_of_two_runs_is_told_who_holds_the_lease()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.Ipv6);
        using var aws = Runs.Clients(moto.Endpoint);
        await using (await Lease.TakeAsync(aws, lab, LeaseOwner.This(), "apply", Token))
        {
            var refused = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(lab, moto.Endpoint, Token));

            Assert.Contains(LeaseOwner.This().ToString(), refused.Message);
            Assert.Contains("lab-deploy unlock", refused.Message);
        }

        Assert.Null(await Lease.FindAsync(aws, lab, Token));
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
    }

    [Fact]
    public async Task A_plan_shows_exactly_what_was_changed_by_hand_and_apply_puts_it_right()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.Ipv6);
        using var aws = Runs.Clients(moto.Endpoint);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var world = (await Lab.Deployment.DeployedLab.ReadAsync(aws, lab, Token)).Plan.Steps.ToDictionary(step => step.Resource.Id, step => step.Found!.Id);

        var rule = SecurityRule.Tcp(isIngress: true, 80, "203.0.113.0/24");
        await aws.Ec2Writes.AuthorizeSecurityGroupIngressAsync(
            new AuthorizeSecurityGroupIngressRequest { GroupId = world["group/bastion-sg"], IpPermissions = [rule.ToPermission()] },
            Token
        );
        await aws.Ec2Writes.DeleteRouteAsync(new DeleteRouteRequest { RouteTableId = world["routes/private"], DestinationIpv6CidrBlock = "::/0" }, Token);
        await aws.Ec2Writes.CreateTagsAsync(new CreateTagsRequest { Resources = [world["vpc"]], Tags = [new("Name", "other")] }, Token);
        await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
            new CreateLaunchTemplateVersionRequest
            {
                LaunchTemplateId = world["template/node"],
                LaunchTemplateData = new() { ImageId = "ami-1" },
            },
            Token
        );

        var changes = (await Runs.PlanAsync(lab, moto.Endpoint, Token)).Changes.ToDictionary(step => step.Resource.Id, step => step.Changes);
        Assert.Equal(["routes/private", "rules/bastion-sg", "template/node", "vpc"], changes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("- ingress tcp 80 from 203.0.113.0/24: allowed", Assert.Single(changes["rules/bastion-sg"]).ToString());
        Assert.Equal($"+ route ::/0: {world["internet-gateway"]}", Assert.Single(changes["routes/private"]).ToString());
        Assert.Equal("~ tag Name: other -> lab-vpc", Assert.Single(changes["vpc"]).ToString());
        Assert.Contains(changes["template/node"], change => change is { Name: "ImageId", Before: "ami-1" });

        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
    }

    [Theory]
    [InlineData("$Latest")]
    [InlineData("1")]
    public async Task A_template_version_of_somebody_elses_does_not_keep_the_group_from_being_given_back(string version)
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.Ipv6, create: false);
        using var aws = Runs.Clients(moto.Endpoint);
        await Account.CreateBastionAsync(aws, Token);
        var group = (await aws.AutoScaling.FindGroupAsync("tf-asg", Token))!;
        await aws.AutoScaling.MoveAsync("tf-asg", group.Subnets, group.TemplateId!, version, Token);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);

        await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
            new CreateLaunchTemplateVersionRequest
            {
                LaunchTemplateId = group.TemplateId,
                LaunchTemplateData = new() { ImageId = "ami-1" },
            },
            Token
        );
        await Runs.DestroyAsync(lab, moto.Endpoint, Token);

        var after = (await aws.AutoScaling.FindGroupAsync("tf-asg", Token))!;
        Assert.Equal(group.Subnets, after.Subnets);
        Assert.Equal(version, after.TemplateVersion);
    }

    [Fact]
    public async Task A_group_that_names_a_version_keeps_what_that_version_has()
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        await Account.CreateBastionAsync(aws, Token);
        var group = (await aws.AutoScaling.FindGroupAsync("tf-asg", Token))!;
        await aws.AutoScaling.MoveAsync("tf-asg", group.Subnets, group.TemplateId!, "1", Token);
        await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
            new CreateLaunchTemplateVersionRequest
            {
                LaunchTemplateId = group.TemplateId,
                LaunchTemplateData = new() { ImageId = "ami-draft" },
            },
            Token
        );

        await Runs.ApplyAsync(Runs.Lab(Egress.Ipv6, create: false), moto.Endpoint, Token);

        var lab = await Lab.Deployment.DeployedLab.ReadAsync(aws, Runs.Lab(Egress.Ipv6, create: false), Token);
        Assert.NotEqual("ami-draft", lab.Surroundings.Adopted!.Latest.LaunchTemplateData.ImageId);
        Assert.Equal("3", lab.Surroundings.Adopted.Group.TemplateVersion);
        Assert.True(lab.Plan.IsEmpty);
    }

    /// <summary>AWS may give any list in pages, the first of them empty.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lists_that_come_in_pages_are_read_to_their_end(bool create)
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        if (!create)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        var before = await Account.InventoryAsync(aws, Token);
        await using var proxy = new FaultProxy(moto.Endpoint) { PageSize = 5 };
        var lab = Runs.Lab(Egress.NatGateway, create);
        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);

        using var paged = Runs.Clients(proxy.Endpoint);
        var stack = await Lab.Deployment.DeployedLab.ReadAsync(paged, lab, Token);
        for (var reservation = 0; reservation < 7; reservation++)
        {
            await NodeInstances.LaunchAsync(paged, stack, 1, Token);
        }

        Assert.Equal(7, (await NodeInstances.FindAsync(paged, lab, Token)).Count);

        await Runs.DestroyAsync(lab, proxy.Endpoint, Token);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>What names the bastion's role is then its launch template alone.</summary>
    [Fact]
    public async Task After_the_adopted_group_was_deleted_by_hand_destroy_leaves_nothing_of_the_lab()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.Ipv6, create: false);
        using var aws = Runs.Clients(moto.Endpoint);
        await Account.CreateBastionAsync(aws, Token);
        var before = await Account.InventoryAsync(aws, Token);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        await aws.AutoScaling.DeleteAsync("tf-asg", Token);

        await Runs.DestroyAsync(lab, moto.Endpoint, Token);

        Assert.Equal(["no group"], (await Account.InventoryAsync(aws, Token)).Except(before));
        Assert.True((await Removal.ReadAsync(aws, lab, Token)).IsEmpty);
    }

    [Fact]
    public async Task Two_things_with_one_identity_are_an_error()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.Ipv6);
        using var aws = Runs.Clients(moto.Endpoint);
        for (var i = 0; i < 2; i++)
        {
            await aws.Ec2Writes.CreateVpcAsync(
                new CreateVpcRequest { CidrBlock = "10.20.0.0/16", TagSpecifications = Tagging.Specify(lab, "vpc", Amazon.EC2.ResourceType.Vpc) },
                Token
            );
        }

        Assert.Contains("Two resources carry the tags", (await Assert.ThrowsAsync<LabException>(() => Runs.PlanAsync(lab, moto.Endpoint, Token))).Message);
    }

    [Fact]
    public async Task A_denied_call_ends_the_run_with_a_sentence_and_the_next_run_goes_on()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Decide = call => call.Operation == "CreateSubnet" ? Fault.Denied : Fault.None };
        var lab = Runs.Lab(Egress.Ipv6);

        var refused = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(lab, proxy.Endpoint, Token));

        Assert.Contains("AWS denies the call (UnauthorizedOperation)", refused.Message);
        Assert.Contains("lab-deploy doctor --policy", refused.Message);
        proxy.Decide = _ => Fault.None;
        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
    }
}
