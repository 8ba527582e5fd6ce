using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Amazon.EC2;
using Lab.Model.Definition;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>
/// The lab goes up and comes down on an account that is as slow and strict as AWS: things show up late and stay long, pages are short,
/// calls are throttled, and every request is held against the services' own models.
/// </summary>
public sealed partial class StrictAccountTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Egress, bool, int> Labs() =>
        [.. from egress in Enum.GetValues<Egress>() from adopts in new[] { false, true } select (egress, adopts, ((int)egress * 2) + (adopts ? 1 : 0))];

    [Theory]
    [MemberData(nameof(Labs))]
    public async Task A_lab_goes_up_is_complete_and_leaves_nothing(Egress egress, bool adopts, int seed)
    {
        await moto.ResetAsync();
        var lab = Runs.Lab(egress, create: !adopts);
        using var account = Runs.Clients(moto.Endpoint);
        if (adopts)
        {
            await Account.CreateBastionAsync(account, Token);
        }

        var before = await Account.InventoryAsync(account, Token);
        var models = await ServiceModels.LoadAsync();
        await using var proxy = Proxy(seed, models);
        using var aws = Runs.SlowClients(proxy.Endpoint, settle: 5 * Longest);

        await Runs.ApplyAsync(lab, aws, Token, width: 6);
        Assert.True((await Runs.PlanAsync(lab, moto.Endpoint, Token)).IsEmpty);
        await Runs.DestroyAsync(lab, aws, Token, width: 6);

        Assert.Empty(models.Refused);
        Assert.Equal(before, await Account.InventoryAsync(account, Token));
        Assert.InRange(models.Looked, 100, 100_000);
        // How many depends on this machine's speed: what is young for a fixed while is looked at less often by a slow one.
        Assert.NotEqual(0, proxy.Consistency!.Lags);
    }

    /// <summary>At AWS's own pace: the program waits seconds between looks, and half a minute after a run before it believes what it reads.</summary>
    [Fact]
    public async Task The_program_goes_the_way_to_AWS()
    {
        await moto.ResetAsync();
        using var account = Runs.Clients(moto.Endpoint);
        var before = await Account.InventoryAsync(account, Token);
        var models = await ServiceModels.LoadAsync();
        await using var proxy = Proxy(11, models);
        var capacity = 0;

        // moto does not start an instance from the template that the lab makes.
        Answer Started(Call call)
        {
            capacity = int.Parse(HttpUtility.ParseQueryString(call.Text)["DesiredCapacity"]!, CultureInfo.InvariantCulture);
            return Xml("<SetDesiredCapacityResponse/>");
        }

        proxy.Answering = (call, answer) =>
            call.Operation switch
            {
                "DescribeImages" => OfficialImage,
                "DescribeInstanceConnectEndpoints" => Xml("<DescribeInstanceConnectEndpointsResponse/>"),
                "GetConsoleOutput" => Xml($"<GetConsoleOutputResponse><output>{Convert.ToBase64String("iPXE 2.0.0"u8)}</output></GetConsoleOutputResponse>"),
                "SetDesiredCapacity" => Started(call),
                "DescribeAutoScalingGroups" when capacity > 0 => answer with { Body = WithInstance(answer.Body, "i-0123456789abcdef0") },
                _ => answer,
            };
        using var program = new LabDeploy("{network: {egress: none}, bastion: {create: true}}");
        program.Environment["AWS_ACCESS_KEY_ID"] = program.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        Task<LabDeploy.Ended> RunAsync(params string[] arguments) => program.RunAsync(proxy.Endpoint, [.. arguments, "--target", "aws"]);
        async Task<string?> StateOfCp1Async() =>
            (string?)JsonNode.Parse((await RunAsync("nodes", "--json")).Expect(0).Output)!.AsArray().Single(node => (string?)node!["name"] == "cp1")!["state"];

        var applied = (await RunAsync("apply", "--yes", "--over-budget")).Expect(0);
        Assert.Contains($"AWS eu-west-1 at {proxy.Endpoint.GetLeftPart(UriPartial.Authority)}", applied.Said, StringComparison.Ordinal);
        var planned = (await RunAsync("plan")).Expect(0);
        Assert.Contains("A run (apply) ended just now", planned.Errors, StringComparison.Ordinal);
        Assert.Equal("cp1", (string?)JsonNode.Parse((await RunAsync("launch", "--yes", "--json")).Expect(0).Output)![0]!["name"]);
        var verified = (await RunAsync("verify")).Expect(0).Output;
        Assert.All(
            ["Phase 1 complete", "Phase 2 complete", "Phase 3 complete", "Phase 4 complete", "iPXE on the console of i-"],
            sentence => Assert.Contains(sentence, verified, StringComparison.Ordinal)
        );
        Assert.Equal(2, JsonNode.Parse((await RunAsync("launch", "2", "--yes", "--json")).Expect(0).Output)!.AsArray().Count);
        Assert.Equal(3, JsonNode.Parse((await RunAsync("nodes", "--json")).Expect(0).Output)!.AsArray().Count);
        (await RunAsync("access", "--ipv6", "2001:db8::7", "--yes")).Expect(0);
        (await RunAsync("stop", "cp1", "--keep-disks", "--yes")).Expect(0);
        Assert.Equal("stopped", await StateOfCp1Async());
        (await RunAsync("start", "cp1")).Expect(0);
        Assert.Equal("running", await StateOfCp1Async());
        (await RunAsync("bastion", "start", "--yes")).Expect(0);
        (await RunAsync("bastion", "stop", "--yes")).Expect(0);
        (await RunAsync("terminate", "cp1", "--yes")).Expect(0);
        Assert.Equal(2, JsonNode.Parse((await RunAsync("nodes", "--json")).Expect(0).Output)!.AsArray().Count);
        (await RunAsync("destroy", "--yes")).Expect(0);

        Assert.Empty(models.Refused);

        // An instance's own interface goes with it on AWS; moto leaves it.
        Assert.Equal(before, (await Account.InventoryAsync(account, Token)).Where(line => !line.StartsWith("interface ", StringComparison.Ordinal)));
    }

    internal static Answer Xml(string body) => new(HttpStatusCode.OK, "text/xml", body);

    /// <summary>The answer about a group that has an instance, in place of one that has none.</summary>
    internal static string WithInstance(string body, string instance) =>
        NoInstances().Replace(body, OneInstance.Replace("INSTANCE", instance, StringComparison.Ordinal));

    private const string OneInstance =
        "<Instances><member><InstanceId>INSTANCE</InstanceId><LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus><AvailabilityZone>eu-west-1a</AvailabilityZone><ProtectedFromScaleIn>false</ProtectedFromScaleIn></member></Instances>";

    [GeneratedRegex(@"<Instances>\s*</Instances>|<Instances\s*/>")]
    private static partial Regex NoInstances();

    [Fact]
    public async Task Among_two_thousand_things_of_others_only_the_labs_are_touched()
    {
        await moto.ResetAsync();
        using var account = Runs.Clients(moto.Endpoint);
        var vpc = (await account.Ec2Writes.CreateVpcAsync(new() { CidrBlock = "172.20.0.0/16" }, Token)).Vpc.VpcId;
        // One after another: moto fails now and then when several are made at once.
        for (var number = 0; number < 500; number++)
        {
            var name = $"foreign-{number}";
            await account.Ec2Writes.CreateSecurityGroupAsync(
                new()
                {
                    GroupName = name,
                    Description = name,
                    VpcId = vpc,
                },
                Token
            );
            await account.Ec2Writes.AllocateAddressAsync(new() { Domain = DomainType.Vpc }, Token);
            await account.Ec2Writes.CreateRouteTableAsync(new() { VpcId = vpc }, Token);
            await account.Ec2Writes.CreateDhcpOptionsAsync(
                new() { DhcpConfigurations = [new() { Key = "domain-name", Values = [$"{name}.example.org"] }] },
                Token
            );
        }

        var before = await Account.InventoryAsync(account, Token);
        Assert.True(before.Count > 2000);
        var lab = Runs.Lab(Egress.NatGateway);
        await using var proxy = new FaultProxy(moto.Endpoint) { PageSize = 100 };

        await Runs.ApplyAsync(lab, proxy.Endpoint, Token, width: 6);
        Assert.True((await Runs.PlanAsync(lab, proxy.Endpoint, Token)).IsEmpty);
        Assert.DoesNotContain(before.Except(await Account.InventoryAsync(account, Token)), line => Foreign().IsMatch(line));
        await Runs.DestroyAsync(lab, proxy.Endpoint, Token, width: 6);

        Assert.Equal(before, await Account.InventoryAsync(account, Token));
    }

    [Fact]
    public async Task A_request_that_the_model_does_not_allow_is_refused()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Models = await ServiceModels.LoadAsync() };
        using var aws = Runs.Clients(proxy.Endpoint);

        var error = await Assert.ThrowsAsync<Amazon.EC2.AmazonEC2Exception>(() =>
            aws.Ec2Writes.CreateVpcAsync(new() { CidrBlock = "10.0.0.0/16", InstanceTenancy = "mine" }, Token)
        );
        Assert.Contains("Value (mine) for parameter InstanceTenancy is invalid", error.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(" (vpc|subnet|sg|eipalloc|rtb|dopt)-")]
    private static partial Regex Foreign();

    private static Answer OfficialImage { get; } =
        new(
            System.Net.HttpStatusCode.OK,
            "text/xml",
            "<DescribeImagesResponse><imagesSet><item><imageId>ami-0e9271c829888680e</imageId><name>iPXE</name><creationDate>2026-01-01T00:00:00.000Z</creationDate><imageOwnerId>833372943033</imageOwnerId><architecture>arm64</architecture><imageState>available</imageState></item></imagesSet></DescribeImagesResponse>"
        );

    /// <summary>AWS's habits, some hundred times faster.</summary>
    private FaultProxy Proxy(int seed, ServiceModels models)
    {
        var random = new Random(seed);
        return new FaultProxy(moto.Endpoint)
        {
            PageSize = 5,
            Models = models,
            Consistency = new EventualConsistency(seed, Longest),
            Decide = _ => random.Next(20) == 0 ? Fault.Throttled : Fault.None,
        };
    }
}
