using System.Net;
using Amazon.EC2;
using Amazon.Runtime;
using Lab.Deployment.Verification.Exposures;
using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>Each way of being reachable is a finding, and so is what nobody can tell.</summary>
public sealed class ExposureTests(AuditedLab lab) : IClassFixture<AuditedLab>
{
    private static readonly ExposureCheck Check = new("ec2:DescribeThings", "things", _ => Task.FromResult<IEnumerable<Exposed>>([]));

    [Fact]
    public void A_lab_as_it_is_made_exposes_nothing()
    {
        Assert.DoesNotContain(lab.Clean, finding => finding.Verdict == Verdict.Exposed);
        Assert.Equal(["EC2 Instance Connect endpoints"], lab.Clean.Where(finding => finding.Verdict == Verdict.NotChecked).Select(finding => finding.What));
        Assert.Contains(lab.Clean, finding => finding.Verdict == Verdict.Accepted && finding.Why.Contains("NAT gateway", StringComparison.Ordinal));
        Assert.Contains(lab.Clean, finding => finding.Verdict == Verdict.Accepted && finding.Why.Contains("the operator", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Openings.Names), MemberType = typeof(Openings))]
    public async Task What_is_opened_is_found(string name)
    {
        var (what, why) = await Openings.All[name](lab);

        AssertExposed(await lab.FindAsync(lab.Aws), what, why);
    }

    [Fact]
    public async Task A_rule_for_a_kind_of_peer_that_is_not_known_is_a_finding()
    {
        await using var proxy = new FaultProxy(lab.Endpoint)
        {
            Answering = (call, answer) =>
                call.Operation == "DescribeSecurityGroupRules"
                    ? answer with
                    {
                        Body = answer.Body.Replace("cidrIpv6>", "laterPeer>", StringComparison.Ordinal),
                    }
                    : answer,
        };
        using var aws = Runs.Clients(proxy.Endpoint);

        AssertExposed(await lab.FindAsync(aws), lab["group/bastion-sg"], "tcp 22 from a peer of a kind that lab-deploy does not know");
    }

    [Fact]
    public async Task An_Instance_Connect_endpoint_is_a_finding()
    {
        var body =
            $"<DescribeInstanceConnectEndpointsResponse><instanceConnectEndpointSet><item><instanceConnectEndpointId>eice-1</instanceConnectEndpointId><vpcId>{lab["vpc"]}</vpcId><state>create-complete</state></item></instanceConnectEndpointSet></DescribeInstanceConnectEndpointsResponse>";
        await using var proxy = new FaultProxy(lab.Endpoint)
        {
            Answering = (call, answer) => call.Operation == "DescribeInstanceConnectEndpoints" ? new Answer(HttpStatusCode.OK, "text/xml", body) : answer,
        };
        using var aws = Runs.Clients(proxy.Endpoint);

        AssertExposed(await lab.FindAsync(aws), "eice-1", "open connections");
    }

    [Fact]
    public async Task A_denied_call_is_a_finding_and_the_rest_is_looked_at()
    {
        await using var proxy = new FaultProxy(lab.Endpoint) { DecideRead = call => call.Operation == "DescribeVpcEndpoints" ? Fault.Denied : Fault.None };
        using var aws = Runs.Clients(proxy.Endpoint);

        var found = await lab.FindAsync(aws);

        var denied = Assert.Single(found, finding => finding.Why.Contains("AWS denies", StringComparison.Ordinal));
        Assert.Equal(
            new Exposed("VPC endpoints", "could not be checked: AWS denies ec2:DescribeVpcEndpoints. What it takes: lab-deploy doctor --policy"),
            denied
        );
        Assert.True(found.Count >= lab.Clean.Count);
    }

    [Theory]
    [InlineData(true, Verdict.NotChecked, "not checked: the emulator does not know ec2:DescribeThings")]
    [InlineData(false, Verdict.Exposed, "could not be checked: ec2:DescribeThings failed")]
    internal void Only_an_emulator_may_lack_a_call(bool isLocal, Verdict verdict, string why)
    {
        var judged = Check.Judge(new AmazonEC2Exception("broken") { StatusCode = HttpStatusCode.InternalServerError }, isLocal);

        Assert.Equal(verdict, judged.Verdict);
        Assert.StartsWith(why, judged.Why);
    }

    [Fact]
    public void A_refusal_by_an_emulator_that_knows_the_call_is_a_finding() =>
        Assert.Equal(
            Verdict.Exposed,
            Check.Judge(new AmazonServiceException("no") { StatusCode = HttpStatusCode.BadRequest, ErrorCode = "InvalidParameterValue" }, isLocal: true).Verdict
        );

    private static void AssertExposed(IReadOnlyList<Exposed> found, string what, string why) =>
        Assert.True(
            found.Any(finding =>
                finding.Verdict == Verdict.Exposed
                && finding.What.Contains(what, StringComparison.Ordinal)
                && finding.Why.Contains(why, StringComparison.Ordinal)
            ),
            $"no '{what}: {why}' among:\n{string.Join('\n', found)}"
        );
}
