using System.Net;
using System.Text.RegularExpressions;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>What an account has that would keep a lab from working, or that the lab would harm: said by the plan, before the first write.</summary>
public sealed class ObstacleTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly LabDefinition Adopting = Runs.Lab(Egress.None, create: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_template_of_the_nodes_name_that_is_somebody_elses()
    {
        using var aws = await AccountAsync();
        await aws.Ec2Writes.CreateLaunchTemplateAsync(
            new CreateLaunchTemplateRequest
            {
                LaunchTemplateName = Adopting.Launch.Template,
                LaunchTemplateData = new() { InstanceType = InstanceType.T3Micro },
            },
            Token
        );

        await RefusedAsync(aws, $"there is a launch template {Adopting.Launch.Template} already", "Choose another name");
    }

    [Theory]
    [InlineData("<SuspendedProcesses><member><ProcessName>Launch</ProcessName></member></SuspendedProcesses>", "the process Launch is suspended")]
    [InlineData("<TargetGroupARNs><member>arn:aws:elasticloadbalancing:x</member></TargetGroupARNs>", "put behind arn:aws:elasticloadbalancing:x")]
    [InlineData("<LoadBalancerNames><member>classic</member></LoadBalancerNames>", "put behind classic")]
    [InlineData("<TrafficSources><member><Identifier>lattice</Identifier><Type>vpc-lattice</Type></member></TrafficSources>", "put behind lattice")]
    public async Task A_group_that_would_start_no_bastion_in_the_lab(string inAnswer, string said)
    {
        using var aws = await AccountAsync();
        var name = inAnswer[1..inAnswer.IndexOf('>', StringComparison.Ordinal)];
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) =>
                call.Operation == "DescribeAutoScalingGroups"
                    ? answer with
                    {
                        Body = Regex
                            .Replace(answer.Body, $"<{name}>.*?</{name}>|<{name} ?/>", "", RegexOptions.Singleline)
                            .Replace("</AutoScalingGroupName>", $"</AutoScalingGroupName>{inAnswer}", StringComparison.Ordinal),
                    }
                    : answer,
        };
        using var asked = Runs.Clients(proxy.Endpoint);

        await RefusedAsync(asked, said);
        // Who only looks is not refused: status, verify and audit show such a lab.
        Assert.NotEmpty((await DeployedLab.ReadAsync(asked, Adopting, Token)).Plan.Steps);
    }

    [Fact]
    public async Task A_second_group_that_launches_the_newest_version_of_the_same_template()
    {
        using var aws = await AccountAsync();
        var bastion = (await aws.AutoScaling.FindGroupAsync(Adopting.Bastion.Group, Token))!;
        await aws.AutoScaling.CreateAsync("web-asg", bastion.Subnets, bastion.TemplateId!, "$Latest", [], Token);

        await RefusedAsync(aws, "Group web-asg launches the version $Latest of the same launch template");

        await aws.AutoScaling.MoveAsync("web-asg", bastion.Subnets, bastion.TemplateId!, "1", Token);
        Assert.NotEmpty((await DeployedLab.ReadForChangeAsync(aws, Adopting, Token)).Plan.Changes);
    }

    [Theory]
    [InlineData(1, null, "a further interface")]
    [InlineData(0, "eni-0123456789abcdef0", "it is the existing interface eni-0123456789abcdef0")]
    public async Task An_interface_of_the_network_that_the_bastion_comes_from(int device, string? existing, string said)
    {
        using var aws = await AccountAsync(data =>
            data.NetworkInterfaces = [
                .. device == 0 ? [] : data.NetworkInterfaces,
                new()
                {
                    DeviceIndex = device,
                    NetworkInterfaceId = existing,
                    SubnetId = existing is null ? data.NetworkInterfaces[0].SubnetId : null,
                },
            ]
        );

        await RefusedAsync(aws, said);
    }

    [Fact]
    public async Task A_zone_and_addresses_of_the_network_that_it_comes_from_do_not_come_along_and_are_given_back()
    {
        using var aws = await AccountAsync(data =>
        {
            data.Placement = new() { AvailabilityZone = "eu-west-1c", Tenancy = Tenancy.Default };
            data.NetworkInterfaces[0].PrivateIpAddress = "10.10.0.77";
        });
        var before = await Account.InventoryAsync(aws, Token);

        await Runs.ApplyAsync(Adopting, moto.Endpoint, Token);

        var latest = (await DeployedLab.ReadAsync(aws, Adopting, Token)).Surroundings.Adopted!.Latest.LaunchTemplateData;
        Assert.Null(latest.NetworkInterfaces[0].PrivateIpAddress);
        Assert.Null(latest.Placement?.AvailabilityZone);
        await Runs.DestroyAsync(Adopting, moto.Endpoint, Token);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_adopted_group_is_in_is_not_made_anew_under_it(bool zone)
    {
        using var aws = await AccountAsync();
        await Runs.ApplyAsync(Adopting, moto.Endpoint, Token);
        var before = await Account.InventoryAsync(aws, Token);
        var changed = zone
            ? Adopting with
            {
                Zone = "eu-west-1b",
            }
            : Adopting with
            {
                Network = Adopting.Network with { PrivateSubnet = IPNetwork.Parse("10.20.12.0/23") },
            };

        var refused = await Assert.ThrowsAsync<LabException>(() => Runs.ApplyAsync(changed, moto.Endpoint, Token));

        Assert.Contains("is adopted and in it", refused.Message, StringComparison.Ordinal);
        Assert.Contains("lab-deploy destroy; lab-deploy apply", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    [Fact]
    public async Task A_group_that_another_lab_has_adopted()
    {
        using var aws = await AccountAsync();
        await Runs.ApplyAsync(Adopting with { Name = "north", Launch = Adopting.Launch with { Template = "north-node" } }, moto.Endpoint, Token);

        await RefusedAsync(aws, $"Group {Adopting.Bastion.Group} is adopted by the lab north", "with name: north");
    }

    [Fact]
    public async Task What_happens_to_the_bastion_that_runs_is_said()
    {
        using var aws = await AccountAsync();
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) =>
                call.Operation == "DescribeAutoScalingGroups"
                    ? answer with
                    {
                        Body = answer
                            .Body.Replace("<Instances/>", "<Instances></Instances>", StringComparison.Ordinal)
                            .Replace(
                                "</AutoScalingGroupName>",
                                "</AutoScalingGroupName><Instances><member><InstanceId>i-0bastion</InstanceId></member></Instances>",
                                StringComparison.Ordinal
                            ),
                    }
                : call.Operation == "DescribeInstances" ? answer with { Status = HttpStatusCode.OK, Body = "<DescribeInstancesResponse/>" }
                : answer,
        };
        using var asked = Runs.Clients(proxy.Endpoint);

        var remark = Assert.Single((await DeployedLab.ReadAsync(asked, Adopting, Token)).Remarks);

        Assert.Contains("i-0bastion", remark, StringComparison.Ordinal);
        Assert.Contains("stays where and as it is until its group starts it anew", remark, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(AwsClients aws, params string[] said)
    {
        var refused = await Assert.ThrowsAsync<LabException>(() => DeployedLab.ReadForChangeAsync(aws, Adopting, Token));
        Assert.All(said, text => Assert.Contains(text, refused.Message, StringComparison.Ordinal));
    }

    /// <summary>An account with a bastion, whose template is changed first.</summary>
    private async Task<AwsClients> AccountAsync(Action<RequestLaunchTemplateData>? change = null)
    {
        await moto.ResetAsync();
        var aws = Runs.Clients(moto.Endpoint);
        await Account.CreateBastionAsync(aws, Token);
        if (change is not null)
        {
            var group = (await aws.AutoScaling.FindGroupAsync(Adopting.Bastion.Group, Token))!;
            var template = await AdoptedBastion.ReadAsync(aws, Adopting, group, Token);
            var data = template.Data(template.OwnVersion);
            change(data);
            await aws.Ec2Writes.CreateLaunchTemplateVersionAsync(
                new CreateLaunchTemplateVersionRequest { LaunchTemplateId = template.TemplateId, LaunchTemplateData = data },
                Token
            );
        }

        return aws;
    }
}
