using System.Text.Json.Nodes;
using Lab.Deployer.Commands;
using Lab.Deployer.Verification;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Tests.Deployer;

/// <summary>The policy that <c>doctor --policy</c> prints, against what the deployer really calls.</summary>
public sealed class PolicyTests(Moto moto) : IClassFixture<Moto>
{
    /// <summary>What AWS demands beside the action of the call, or calls by another name.</summary>
    private static readonly string[] Implied =
    [
        "autoscaling:CreateOrUpdateTags", "iam:PassRole", "iam:TagRole", "iam:TagInstanceProfile", "iam:CreateServiceLinkedRole", "ssm:GetParameters",
        // For what a hand or a half-done call leaves behind: a changed VPC, route or group, an attached address, a bastion that runs where it was, a console.
        "ec2:DeleteRoute", "autoscaling:UpdateAutoScalingGroup", "ec2:ModifySubnetAttribute", "ec2:AssociateVpcCidrBlock", "ec2:ReplaceRoute", "ec2:ReplaceRouteTableAssociation", "ec2:DetachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute", "ec2:GetConsoleOutput",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_policy_allows_what_is_called_and_nothing_else(bool adopts)
    {
        HashSet<string> called = [];
        foreach (var egress in adopts ? [Egress.NatGateway] : Enum.GetValues<Egress>())
        {
            called.UnionWith(await CalledAsync(Runs.Lab(egress, create: !adopts), adopts));
        }

        var allowed = JsonNode.Parse(IamPolicies.Operator(Runs.Lab(Egress.NatGateway, create: !adopts)))!["Statement"]!.AsArray()
            .SelectMany(statement => statement!["Action"]!.AsArray().Select(action => action!.ToString())).ToHashSet();
        bool Allows(string action) => allowed.Contains(action) || allowed.Any(pattern => pattern.EndsWith('*') && action.StartsWith(pattern[..^1], StringComparison.Ordinal));
        Assert.Empty(called.Where(action => !Allows(action)).Order(StringComparer.Ordinal));

        // An adopted bastion may lack a role of its own, which the lab then makes.
        var without = adopts ? (await CalledAsync(Runs.Lab(Egress.Ipv6), adopts: false)).Where(action => action.StartsWith("iam:", StringComparison.Ordinal)) : [];
        Assert.Empty(allowed.Where(action => !action.EndsWith('*')).Except(called).Except(without).Except(Implied).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_named_role_is_the_only_one_that_is_allowed()
    {
        var resources = JsonNode.Parse(IamPolicies.Operator(new LabDefinition(), "tf-bastion"))!["Statement"]!.AsArray()
            .Where(statement => statement!["Action"]!.AsArray().Any(action => action!.ToString() == "iam:PassRole"))
            .SelectMany(statement => statement!["Resource"]!.AsArray().Select(resource => resource!.ToString()));

        Assert.Equal(["arn:aws:iam::*:role/tf-bastion", "arn:aws:iam::*:role/lab-lab-bastion", "arn:aws:iam::*:instance-profile/lab-lab-bastion"], resources);
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

        Assert.Contains("missing (UnauthorizedOperation)", Assert.Single(run.Output.Split('\n'), line => line.Contains("ec2:AllocateAddress", StringComparison.Ordinal)));
        Assert.Contains("123456789012", run.Output);
        Assert.Contains("lab-deploy doctor --policy", run.Output);
        Assert.Equal(before, await Account.InventoryAsync(aws, Token));
    }

    /// <summary>What a life of a lab calls, as actions of IAM: planned, applied, changed, verified, with nodes, removed.</summary>
    private async Task<IEnumerable<string>> CalledAsync(LabDefinition lab, bool adopts)
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint);
        using var direct = Runs.Clients(moto.Endpoint);
        using var aws = Runs.Clients(proxy.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(direct, Token);
        }

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token);
        var changed = lab with { Launch = new() { DiskGib = 20 }, Bastion = lab.Bastion with { BootPort = new(9090), Schedule = new() { Start = lab.Bastion.Schedule.Stop, Stop = lab.Bastion.Schedule.Start } } };
        var vpc = (await DeployedLab.ReadAsync(direct, lab, Token)).IdOf("vpc")!;
        await direct.Ec2Writes.CreateTagsAsync(new() { Resources = [vpc], Tags = [new("Name", "other")] }, Token);
        await Runs.ApplyAsync(changed, proxy.Endpoint, Token);
        var deployed = await DeployedLab.ReadAsync(aws, changed, Token);
        await global::Lab.Deployer.Resources.NodeInstances.LaunchAsync(aws, changed, deployed.IdOf("template/node")!, 1, Token);
        foreach (var phase in Verifier.Phases.Keys)
        {
            await new Verifier(aws, deployed, null).RunAsync(phase, Token);
        }

        await Runs.DestroyAsync(changed, proxy.Endpoint, Token);
        return proxy.Called.Keys.Select(Action);
    }

    private static string Action(string call) => call switch
    {
        "budgets:CreateBudget" or "budgets:DeleteBudget" => "budgets:ModifyBudget",
        "budgets:DescribeBudget" or "budgets:DescribeSubscribersForNotification" => "budgets:ViewBudget",
        _ => call,
    };
}
