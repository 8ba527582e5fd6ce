using System.Collections.Concurrent;
using System.Net;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>The AWS path, and what AWS does that an emulator does not, or not by itself.</summary>
public sealed class RealAccountTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly Timing Quick = new(
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMilliseconds(5),
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMilliseconds(20),
        ReadRetries: 0
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_strangers_image_of_the_right_name_is_not_the_nodes_image()
    {
        await moto.ResetAsync();
        using var aws = Aws(moto.Endpoint);
        await aws.Ec2Writes.RegisterImageAsync(
            new RegisterImageRequest
            {
                Name = "iPXE (2099-01-01) x86_64",
                Architecture = "x86_64",
                RootDeviceName = "/dev/sda1",
            },
            Token
        );

        Assert.Null(await NodeImage.FindAsync(aws, NodeImages.Ipxe(Architecture.Arm64), Token));
    }

    [Theory]
    [InlineData("833372943033", "x86_64", "available")]
    [InlineData("833372943033", "arm64", "pending")]
    [InlineData("123456789012", "arm64", "available")]
    public async Task An_answer_that_does_not_heed_what_was_asked_for_is_not_believed(string owner, string architecture, string state)
    {
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) => call.Operation == "DescribeImages" ? Image(owner, architecture, state) : answer,
        };
        using var aws = Aws(proxy.Endpoint);

        Assert.Null(await NodeImage.FindAsync(aws, NodeImages.Ipxe(Architecture.Arm64), Token));
    }

    [Theory]
    [InlineData("v1.12.3", "talos-v1.12.3-eu-west-1-arm64", "ami-3")]
    [InlineData("v1.12", "talos-v1.12.*-eu-west-1-arm64", "ami-4")]
    public async Task A_node_starts_from_Talos_own_image_where_the_definition_says_so(string release, string names, string expected)
    {
        await moto.ResetAsync();
        var asked = new ConcurrentBag<string>();
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Models = await ServiceModels.LoadAsync(),
            Answering = (call, answer) =>
            {
                if (call.Operation != "DescribeImages")
                {
                    return answer;
                }

                asked.Add(Uri.UnescapeDataString(call.Text));
                var images = new[] { ("v1.12.0-beta.1", 9), ("v1.12.3", 3), ("v1.12.4", 4) }.Where(image => release == "v1.12" || image.Item1 == release);
                return answer with
                {
                    Status = HttpStatusCode.OK,
                    Body =
                        $"<DescribeImagesResponse><imagesSet>{string.Concat(images.Select(image => TalosImage(image.Item1, image.Item2)))}</imagesSet></DescribeImagesResponse>",
                };
            },
        };
        var lab = Runs.Lab(Egress.None) with
        {
            Budget = new(),
            Launch = new() { Boot = LaunchBoot.Ami, Talos = release },
        };
        using var aws = Aws(proxy.Endpoint);

        await Runs.ApplyAsync(lab, aws, Token, width: 6);

        Assert.All(asked, request => Assert.Contains($"Owner.1=540036508848", request, StringComparison.Ordinal));
        Assert.Contains(asked, request => request.Contains(names, StringComparison.Ordinal));
        var template = (await aws.Ec2.DescribeLaunchTemplateVersionsAsync(new() { LaunchTemplateName = lab.Launch.Template, Versions = ["$Latest"] }, Token))
            .LaunchTemplateVersions[0]
            .LaunchTemplateData;
        Assert.Equal((expected, "/dev/xvda", true), (template.ImageId, template.BlockDeviceMappings[0].DeviceName, string.IsNullOrEmpty(template.UserData)));
        await Runs.DestroyAsync(lab, aws, Token, width: 6);
    }

    [Fact]
    public async Task A_NAT_gateway_that_takes_its_time_to_go_is_waited_for()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.NatGateway);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var looks = 0;
        var (gateway, deleted) = ("", "");
        await using var proxy = new FaultProxy(moto.Endpoint);
        proxy.Answering = (call, answer) =>
        {
            if (call.Operation == "DescribeNatGateways" && deleted.Length == 0 && answer.Body.Contains("<natGatewayId>", StringComparison.Ordinal))
            {
                gateway = answer.Body;
            }

            // It is shown, as it was and then as being deleted, for longer than any number of attempts.
            return call.Operation == "DescribeNatGateways" && deleted.Length > 0 && ++looks < 40
                ? answer with
                {
                    Body = gateway
                        .Replace("<state>pending</state>", "<state>available</state>", StringComparison.Ordinal)
                        .Replace("<state>available</state>", looks < 12 ? "<state>available</state>" : "<state>deleting</state>", StringComparison.Ordinal),
                }
                : answer;
        };
        proxy.Done = call => deleted = call.Operation == "DeleteNatGateway" ? "yes" : deleted;

        await Runs.DestroyAsync(lab, proxy.Endpoint, Token);

        Assert.True(looks >= 40);
        Assert.True((await Removed(lab)).IsEmpty);
    }

    [Theory]
    [InlineData("CreateAutoScalingGroup", "ValidationError", "Invalid IAM Instance Profile name")]
    [InlineData(
        "CreateAutoScalingGroup",
        "ValidationError",
        "You must use a valid fully-formed launch template. Value (lab) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    )]
    public async Task What_IAM_has_and_others_have_not_yet_is_waited_for(string operation, string code, string message)
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.None);
        var refused = 0;
        await using var proxy = new FaultProxy(moto.Endpoint) { Refusing = call => call.Operation == operation && refused++ < 9 ? (code, message) : null };

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);

        Assert.True(refused > 9, $"{operation} was called {refused} times");
    }

    [Fact]
    public async Task A_group_that_is_still_being_deleted_is_waited_for_and_made_anew()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.None);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        string? group = null;
        var looks = 0;
        await using var proxy = new FaultProxy(moto.Endpoint);
        proxy.Answering = (call, answer) =>
        {
            if (call.Operation != "DescribeAutoScalingGroups" || looks > 40)
            {
                return answer;
            }

            // Deleted by hand a moment ago, with an instance that takes its time.
            group ??= answer.Body.Replace("</AutoScalingGroupName>", "</AutoScalingGroupName><Status>Delete in progress</Status>", StringComparison.Ordinal);
            looks++;
            return answer with { Body = group };
        };
        proxy.Refusing = call =>
            call.Operation == "CreateAutoScalingGroup" && looks <= 40
                ? ("AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name tf-asg already exists and is pending delete")
                : null;
        using (var aws = Aws(proxy.Endpoint))
        {
            await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, Token);
            await aws.AutoScaling.DeleteAsync(lab.Bastion.Group, Token);
        }

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);

        Assert.True(looks > 40);
        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
    }

    [Fact]
    public async Task An_interface_that_is_still_in_use_is_waited_for()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.None);
        await Runs.ApplyAsync(lab, moto.Endpoint, Token);
        var refused = 0;
        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Refusing = call =>
                call.Operation == "DeleteNetworkInterface" && refused++ < 9
                    ? ("InvalidParameterValue", "Network interface 'eni-0' is currently in use.")
                    : null,
        };

        await Runs.DestroyAsync(lab, proxy.Endpoint, Token);

        Assert.True(refused > 9);
        Assert.True((await Removed(lab)).IsEmpty);
    }

    [Fact]
    public async Task What_is_not_wanted_is_not_asked_of_who_may_not_ask()
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(Egress.None) with { Budget = new() };
        await using var proxy = new FaultProxy(moto.Endpoint) { DecideRead = call => call.Operation == "DescribeBudget" ? Fault.Denied : Fault.None };

        Assert.NotEmpty((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).Changes);
    }

    [Theory]
    [InlineData("--emulator")]
    [InlineData("--endpoint", "http://127.0.0.1:1")]
    public async Task AWS_and_an_emulator_contradict_each_other(params string[] options)
    {
        using var program = new LabDeploy("{}");
        var run = (await program.RunAsync(moto.Endpoint, ["plan", "--target", "aws", .. options])).Expect(1);
        Assert.Contains($"--target aws and {options[0]} contradict each other", run.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launching_several_on_AWS_tells_the_price_and_asks()
    {
        await moto.ResetAsync();
        await Runs.ApplyAsync(
            new LabDefinition
            {
                Network = new() { Egress = Egress.None },
                Bastion = new() { Create = true },
            },
            moto.Endpoint,
            Token
        );
        using var program = new LabDeploy("{network: {egress: none}, bastion: {create: true}}");
        program.Environment["AWS_ACCESS_KEY_ID"] = program.Environment["AWS_SECRET_ACCESS_KEY"] = "test";

        await using var proxy = new FaultProxy(moto.Endpoint)
        {
            Answering = (call, answer) => call.Operation == "DescribeImages" ? Image("833372943033", "arm64", "available") : answer,
        };

        var run = (await program.RunAsync(proxy.Endpoint, "launch", "20", "--target", "aws")).Expect(1);

        Assert.Contains("There is no terminal to ask for confirmation on. Add --yes.", run.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("RunInstances", proxy.Writes);

        // 20 × ($0.0184 an hour and 8 GB of gp3 at $0.088 a month).
        var (hour, month) = Lab.Model.Pricing.Estimate.ForNodes(new LabDefinition(), [.. Enumerable.Repeat(NodeLaunch.Further(new LabDefinition()), 20)]);
        Assert.Equal((0.387m, 282.72m), (Math.Round(hour, 3), Math.Round(month, 2)));
    }

    private static string TalosImage(string release, int number) =>
        $"<item><imageId>ami-{number}</imageId><name>talos-{release}-eu-west-1-arm64</name><creationDate>2026-01-0{number}T00:00:00.000Z</creationDate><imageOwnerId>540036508848</imageOwnerId><architecture>arm64</architecture><imageState>available</imageState></item>";

    private static Answer Image(string owner, string architecture, string state) =>
        new(
            HttpStatusCode.OK,
            "text/xml",
            $"<DescribeImagesResponse><imagesSet><item><imageId>ami-0</imageId><name>iPXE</name><creationDate>2026-01-01T00:00:00.000Z</creationDate><imageOwnerId>{owner}</imageOwnerId><architecture>{architecture}</architecture><imageState>{state}</imageState></item></imagesSet></DescribeImagesResponse>"
        );

    private async Task<Deployment.Reconciling.Removal> Removed(LabDefinition lab)
    {
        using var aws = Runs.Clients(moto.Endpoint);
        return await Deployment.Reconciling.Removal.ReadAsync(aws, lab, Token);
    }

    private static AwsClients Aws(Uri endpoint) =>
        new(new AwsTarget("eu-west-1", new BasicAWSCredentials("test", "test"), endpoint, Quick), TimeProvider.System);
}
