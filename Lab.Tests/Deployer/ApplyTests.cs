using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Lab.Deployment;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

public sealed partial class ApplyTests(Moto moto) : IClassFixture<Moto>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Egress.NatGateway, true)]
    [InlineData(Egress.NatGateway, false)]
    [InlineData(Egress.Bastion, true)]
    [InlineData(Egress.Bastion, false)]
    [InlineData(Egress.Ipv6, true)]
    [InlineData(Egress.Ipv6, false)]
    [InlineData(Egress.None, true)]
    [InlineData(Egress.None, false)]
    public async Task The_lab_is_made_proved_and_removed_without_a_trace(Egress egress, bool adopts)
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        var lab = Runs.Lab(egress, create: !adopts);
        using var aws = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(aws, Token);
        }

        var before = await Account.InventoryAsync(aws, Token);
        await Runs.ApplyAsync(lab, proxy.Endpoint, Token, width: 6);

        proxy.Writes.Clear();
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
        Assert.Empty(proxy.Writes);
        var deployed = await DeployedLab.ReadAsync(aws, lab, Token);
        foreach (var phase in Verifier.Phases.Keys)
        {
            Assert.DoesNotContain(await new Verifier(aws, deployed, null).RunAsync(phase, Token), result => result.Outcome == Outcome.Failed);
        }

        await Runs.DestroyAsync(lab, proxy.Endpoint, Token, width: 6);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    [Fact]
    public async Task A_plan_describes_each_kind_of_resource_once()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        var lab = Runs.Lab(Egress.Bastion);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token, width: 6);
        var tagged = new ConcurrentQueue<string>();
        proxy.Arriving = call =>
        {
            if (call.Text.Contains($"tag%3A{Uri.EscapeDataString(Tags.Lab)}", StringComparison.Ordinal))
            {
                tagged.Enqueue(call.Operation);
            }

            return Task.CompletedTask;
        };

        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);

        Assert.Contains("DescribeSecurityGroups", tagged);

        // Which zones have subnets is asked before, to know what there is to read.
        Assert.Equal(["DescribeSubnets"], tagged.GroupBy(operation => operation).Where(calls => calls.Count() > 1).Select(calls => calls.Key));
    }

    [Fact]
    public async Task An_adopted_group_keeps_sizes_tags_and_schedule_and_its_script()
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        await Account.CreateBastionAsync(aws, Token);
        var before = await Account.GroupAsync(aws, Token, withPlace: false);

        await Runs.ApplyAsync(Runs.Lab(Egress.Ipv6, create: false), moto.Endpoint, Token);

        Assert.Equal(before, await Account.GroupAsync(aws, Token, withPlace: false));
        var lab = await DeployedLab.ReadAsync(aws, Runs.Lab(Egress.Ipv6, create: false), Token);
        Assert.Contains(Account.ExistingScript, UserDataText.Of(lab.Surroundings.Adopted!.Latest.LaunchTemplateData.UserData));
        Assert.Equal("tf-bastion", lab.Surroundings.Adopted.Latest.LaunchTemplateData.IamInstanceProfile.Name);
    }

    [Fact]
    public async Task Another_egress_design_takes_the_place_of_the_first()
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        await Runs.ApplyAsync(Runs.Lab(Egress.NatGateway), moto.Endpoint, Token);

        await Runs.ApplyAsync(Runs.Lab(Egress.Bastion), moto.Endpoint, Token);

        Assert.DoesNotContain(
            await Account.InventoryAsync(aws, Token),
            line => line.StartsWith("nat ", StringComparison.Ordinal) || line.StartsWith("address ", StringComparison.Ordinal)
        );
        Assert.True((await Runs.PlanAsync(Runs.Lab(Egress.Bastion), moto.Endpoint, Token)).IsEmpty);
    }

    [Fact]
    public async Task Without_a_group_and_without_leave_to_create_one_only_an_emulator_gets_one()
    {
        await moto.ResetAsync();
        using var aws = Runs.Clients(moto.Endpoint);
        var lab = Runs.Lab(Egress.Ipv6, create: false);
        var surroundings = await Surroundings.ReadAsync(aws, lab, Token);

        var refused = Assert.Throws<LabException>(() => Stack.Build(lab, surroundings with { IsEmulated = false }));
        Assert.Contains("bastion.create: true", refused.Message);

        // An emulator has none that could be adopted.
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
    }

    /// <summary>Whatever answers EC2 and Auto Scaling will do; what it lacks is named as that.</summary>
    [Theory]
    [InlineData(HttpStatusCode.MethodNotAllowed, "text/html", "<h1>Method Not Allowed</h1>")]
    [InlineData(HttpStatusCode.NotFound, "application/json", "{}")]
    [InlineData(HttpStatusCode.NotImplemented, "text/plain", "")]
    public async Task An_emulator_without_images_and_without_Budgets_will_do(HttpStatusCode status, string type, string body)
    {
        await moto.ResetAsync();
        using var account = Runs.Clients(moto.Endpoint);
        var before = await Account.InventoryAsync(account, Token);
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) =>
                call.Service == "budgets" ? new Answer(status, type, body)
                : call.Operation == "DescribeImages"
                    ? new Answer(HttpStatusCode.OK, "text/xml", "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>")
                : answer,
        };
        var lab = Runs.Lab(Egress.Ipv6);
        using var aws = Runs.Clients(proxy.Endpoint);

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);

        var deployed = await DeployedLab.ReadAsync(aws, lab, Token);
        Assert.True(deployed.Plan.IsEmpty);
        Assert.Contains(deployed.Remarks, remark => remark.Contains("does not know AWS Budgets", StringComparison.Ordinal));
        await Runs.DestroyAsync(lab, proxy.Endpoint, Token);
        Assert.Equal(before, await Account.InventoryAsync(account, Token));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "<Response><Errors><Error><Code>InvalidAction</Code><Message>No such action</Message></Error></Errors></Response>")]
    [InlineData(HttpStatusCode.OK, "<AssociateVpcCidrBlockResponse/>")]
    public async Task An_emulator_without_IPv6_is_told_from_a_lab_that_is_wrong(HttpStatusCode status, string body)
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) =>
                call.Operation == "AssociateVpcCidrBlock" ? new Answer(status, "text/xml", body)
                : call.Operation == "DescribeVpcs" ? answer with { Body = Ipv6Blocks().Replace(answer.Body, "") }
                : answer,
        };

        var error = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(Runs.Lab(Egress.None), proxy.Endpoint, Token));

        Assert.Contains("The emulator gives a VPC no IPv6 block of Amazon's", error.Message, StringComparison.Ordinal);
        await Runs.DestroyAsync(Runs.Lab(Egress.None), moto.Endpoint, Token);
    }

    [GeneratedRegex("<ipv6CidrBlockAssociationSet>.*?</ipv6CidrBlockAssociationSet>", RegexOptions.Singleline)]
    private static partial Regex Ipv6Blocks();
}
