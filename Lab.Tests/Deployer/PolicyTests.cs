using System.Text.RegularExpressions;
using Lab.Deployment;
using Lab.Deployment.Aws;
using Lab.Deployment.Resources;
using Lab.Deployment.Verification;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer.Iam;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>The policy that <c>doctor --policy</c> prints, against what the deployer really calls: with resources and conditions, as IAM would judge it.</summary>
public sealed partial class PolicyTests(Moto moto) : IClassFixture<Moto>
{
    /// <summary>IAM's limit for a managed policy, without white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).</summary>
    private const int ManagedPolicyLimit = 6144;

    /// <summary>What no run against an emulator shows.</summary>
    private static readonly string[] Unseen =
    [
        // For what a hand or a half-done call leaves behind: a changed VPC, subnet, route or group, an attached address, a set of DHCP options in use.
        "Change ec2:ModifySubnetAttribute",
        "Change ec2:AssociateVpcCidrBlock",
        "Change ec2:ReplaceRoute",
        "Change ec2:ReplaceRouteTableAssociation",
        "Change ec2:DetachNetworkInterface",
        "TakeAddressBack ec2:DetachNetworkInterface",
        "BastionGroup autoscaling:TerminateInstanceInAutoScalingGroup",
        // Not asked of an emulator: what EC2 shows of a node's console.
        "Change ec2:GetConsoleOutput",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Market.OnDemand, false)]
    [InlineData(Market.Spot, true)]
    public void Only_spot_nodes_take_the_role_of_the_spot_service(Market market, bool allowed)
    {
        var lab = Runs.Lab(Egress.None) with { Launch = new() { Market = market } };
        var role = new IamRequest("iam:CreateServiceLinkedRole", AuthorizedCalls.Role("aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"));
        Assert.Equal(allowed, IamPolicy.Parse(IamPolicies.Operator(lab)).Allows(role.With("iam:AWSServiceName", "spot.amazonaws.com")));
    }

    [Fact]
    public async Task A_created_bastions_policy_allows_what_is_called_and_nothing_else()
    {
        List<IamRequest> called = [];
        foreach (var egress in Enum.GetValues<Egress>())
        {
            called.AddRange(await CalledAsync(Runs.Lab(egress)));
        }

        Prove(IamPolicies.Operator(Runs.Lab(Egress.NatGateway)), called);
    }

    [Fact]
    public async Task An_adopted_bastions_policy_allows_what_is_called_and_nothing_else()
    {
        var lab = Runs.Lab(Egress.NatGateway, create: false);
        var called = await CalledAsync(lab);
        using var aws = Runs.Clients(moto.Endpoint);
        var template = (await aws.AutoScaling.FindGroupAsync("tf-asg", Token))!.TemplateId!;

        // The other designs' calls, and those for a bastion without a role of its own, which the lab then makes. Only the created bastion has Amazon's image.
        List<IamRequest> others = [];
        foreach (var egress in Enum.GetValues<Egress>())
        {
            others.AddRange(
                (await CalledAsync(Runs.Lab(egress))).Where(request =>
                    (request.Action.StartsWith("ec2:", StringComparison.Ordinal) || request.Action.StartsWith("iam:", StringComparison.Ordinal))
                    && request.Context.GetValueOrDefault("ec2:owner")?[0] != "amazon"
                )
            );
        }

        bool IsEc2(IamRequest request) => request.Action.StartsWith("ec2:", StringComparison.Ordinal);
        Prove(IamPolicies.Operator(lab, new AdoptedBastionNames(template, "tf-bastion")), [.. called, .. others.Where(IsEc2)]);
        Prove(
            IamPolicies.Operator(lab, new AdoptedBastionNames(template, Role: null)),
            [
                .. called.Where(request => request.Resource != AuthorizedCalls.Role("tf-bastion")),
                .. others.Where(request => request.Action != "iam:CreateServiceLinkedRole"),
            ]
        );
    }

    [Theory]
    [MemberData(nameof(ForeignRequests.Names), MemberType = typeof(ForeignRequests))]
    public void What_is_not_the_labs_is_denied(string name)
    {
        var request = ForeignRequests.All[name];
        foreach (
            var policy in new[]
            {
                IamPolicies.Operator(Runs.Lab(Egress.NatGateway)),
                IamPolicies.Operator(Runs.Lab(Egress.NatGateway, create: false)),
                IamPolicies.Operator(Runs.Lab(Egress.NatGateway, create: false), new("lt-0a", "tf-bastion")),
            }
        )
        {
            Assert.False(IamPolicy.Parse(policy).Allows(request), request.ToString());
        }
    }

    [Fact]
    public void The_bastion_may_take_its_address_and_no_other()
    {
        var policy = IamPolicy.Parse(IamPolicies.Bastion(new LabDefinition()));
        var address = new IamRequest("ec2:AttachNetworkInterface", Ec2Calls.Arn("network-interface", "eni-1")).Tagged([
            new("lab:name", "lab"),
            new("lab:id", "interface/bastion"),
        ]);
        var itself = new IamRequest("ec2:AttachNetworkInterface", Ec2Calls.Arn("instance", "i-1"));

        Assert.True(policy.Allows(address));
        Assert.True(policy.Allows(itself.Tagged([new("aws:autoscaling:groupName", "tf-asg")])));
        Assert.False(policy.Allows(itself));
        Assert.False(policy.Allows(address.Tagged([new("lab:id", "node")])));
        Assert.False(policy.Allows(address.Tagged([new("lab:name", "other")])));
    }

    [Theory]
    [InlineData("--template", "lt-*")]
    [InlineData("--role", "*")]
    public async Task A_wildcard_is_no_name(string option, string value)
    {
        using var program = new LabDeploy("{}");

        Assert.Contains($"{option} takes", (await program.RunAsync(moto.Endpoint, "doctor", "--policy", option, value)).Expect(1).Said);
    }

    [Fact]
    public async Task Doctor_prints_a_policy_for_an_adopted_bastion_only_when_its_template_is_named()
    {
        using var program = new LabDeploy("{}");

        Assert.Contains("--template", (await program.RunAsync(moto.Endpoint, "doctor", "--policy")).Expect(1).Errors);
        var policy = (await program.RunAsync(moto.Endpoint, "doctor", "--policy", "--template", "lt-0a", "--role", "tf-bastion")).Expect(0).Output;
        Assert.Contains(":launch-template/lt-0a\"", policy);
        Assert.Contains(":role/tf-bastion\"", policy);
    }

    [Fact]
    public async Task Doctor_names_what_is_missing()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Decide = call => call.Operation == "AllocateAddress" ? Fault.Denied : Fault.None };
        using var program = new LabDeploy("{bastion: {create: true}}");
        using var aws = Runs.Clients(moto.Endpoint);
        var before = await Account.InventoryAsync(aws, Token);

        var run = (await program.RunAsync(proxy.Endpoint, "doctor")).Expect(1);

        Assert.Contains(
            "missing (UnauthorizedOperation)",
            Assert.Single(run.Output.Split('\n'), line => line.Contains("ec2:AllocateAddress", StringComparison.Ordinal))
        );
        Assert.Contains("123456789012", run.Output);
        Assert.Contains("lab-deploy doctor --policy", run.Output);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>Every request is allowed, and without any one grant some request is not.</summary>
    private static void Prove(string json, IReadOnlyList<IamRequest> called)
    {
        var policy = IamPolicy.Parse(json);
        Assert.DoesNotContain(called, request => !policy.Allows(request));
        var spare = policy
            .Grants.Where(grant => called.All(policy.Without(grant.Statement, grant.Action).Allows))
            .Select(grant => $"{grant.Statement} {grant.Action}");
        Assert.Empty(spare.Except(Unseen).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_policy_with_long_names_is_one_managed_policy(bool create)
    {
        var lab = Runs.Lab(Egress.NatGateway, create) with
        {
            Name = new string('l', 30),
            Region = "ap-southeast-3",
            Bastion = new() { Create = create, Group = new string('g', 30) },
        };

        var policy = IamPolicies.Operator(lab, create ? null : new("lt-0123456789abcdef0", new string('r', 64)));

        Assert.InRange(WhiteSpace().Replace(policy, "").Length, 1, ManagedPolicyLimit);
    }

    /// <summary>What a life of a lab asks IAM: planned, applied, changed by hand, changed, verified, with nodes, examined, started, removed.</summary>
    private async Task<IReadOnlyCollection<IamRequest>> CalledAsync(LabDefinition lab)
    {
        await moto.ResetAsync();
        using var direct = Runs.Clients(moto.Endpoint);
        var calls = new AuthorizedCalls(direct);
        await using var proxy = new FaultProxy(moto.Endpoint) { Arriving = calls.NoteAsync };
        using var aws = Runs.Clients(proxy.Endpoint);
        if (!lab.Bastion.Create)
        {
            await Account.CreateBastionAsync(direct, Token);
        }

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
        // A created bastion moves with the egress design; what an adopted one was is looked at elsewhere.
        var egress = lab.Bastion.Create ? Enum.GetValues<Egress>()[((int)lab.Network.Egress + 1) % Enum.GetValues<Egress>().Length] : lab.Network.Egress;
        var changed = lab with
        {
            Network = lab.Network with { Egress = egress },
            Launch = new() { DiskGib = 20 },
            Bastion = lab.Bastion with
            {
                BootPort = new(9090),
                Schedule = new() { Start = lab.Bastion.Schedule.Stop, Stop = lab.Bastion.Schedule.Start },
            },
        };
        var vpc = (await DeployedLab.ReadAsync(direct, lab, Token)).IdOf("vpc")!;
        await direct.Ec2Writes.CreateTagsAsync(new() { Resources = [vpc], Tags = [new("Name", "other")] }, Token);
        var table = (await DeployedLab.ReadAsync(direct, lab, Token)).IdOf("routes/public")!;
        await direct.Ec2Writes.CreateRouteAsync(
            new()
            {
                RouteTableId = table,
                DestinationCidrBlock = "192.0.2.0/24",
                GatewayId = (await DeployedLab.ReadAsync(direct, lab, Token)).IdOf("internet-gateway"),
            },
            Token
        );
        await Runs.ApplyAsync(changed, proxy.Endpoint, Token);
        var deployed = await DeployedLab.ReadAsync(aws, changed, Token);
        var named = await NodeInstances.LaunchAsync(aws, deployed, [deployed.Lab.Nodes[0]], Token);
        await NodeDifferences.FindAsync(aws, deployed.Lab, Token);
        await NodeInstances.TerminateAsync(aws, deployed.Lab, [.. named.Select(node => node.Id)], Token);
        var nodes = await NodeInstances.LaunchAsync(aws, deployed, 1, Token);
        await OpenAsync(direct, deployed, nodes[0].Id);
        foreach (var phase in Verifier.Phases.Keys)
        {
            await new Verifier(aws, deployed, null).RunAsync(phase, Token);
        }

        await BastionGroup.SetAsync(aws, lab.Bastion.Group, 0, Token);
        await NodeInstances.StopAsync(aws, changed, nodes, Token);
        await NodeInstances.StartAsync(aws, changed, [.. nodes.Select(node => node.Id)], Token);
        await NodeInstances.TerminateAsync(aws, changed, [.. nodes.Select(node => node.Id)], Token);
        foreach (var probe in await Permissions.ProbesAsync(aws, changed, AuthorizedCalls.Account, Token))
        {
            await Record.ExceptionAsync(() => probe.Call(Token));
        }

        await Runs.DestroyAsync(changed, proxy.Endpoint, Token);
        return calls.Requests;
    }

    /// <summary>What only an open lab is asked about.</summary>
    private static async Task OpenAsync(AwsClients direct, DeployedLab deployed, string node)
    {
        var list = (
            await direct.Ec2.CreateManagedPrefixListAsync(
                new()
                {
                    PrefixListName = "all",
                    AddressFamily = "IPv4",
                    MaxEntries = 1,
                    Entries = [new() { Cidr = "0.0.0.0/0" }],
                },
                Token
            )
        ).PrefixList.PrefixListId;
        await direct.Ec2.AuthorizeSecurityGroupIngressAsync(
            new()
            {
                GroupId = deployed.IdOf("group/talos-nodes-sg"),
                IpPermissions =
                [
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 1,
                        ToPort = 1,
                        PrefixListIds = [new() { Id = list }],
                    },
                ],
            },
            Token
        );
        var image = (await direct.Ec2.CreateImageAsync(new() { InstanceId = node, Name = "node" }, Token)).ImageId;
        var snapshot = (await direct.Ec2.DescribeImagesAsync(new() { ImageIds = [image] }, Token)).Images.Single().BlockDeviceMappings.Single().Ebs.SnapshotId;
        await direct.Ec2.CreateTagsAsync(new() { Resources = [image, snapshot], Tags = [new(Tags.Lab, deployed.Lab.Name)] }, Token);
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex WhiteSpace();
}
