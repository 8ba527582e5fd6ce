using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>What the definition promises is what the fabric lets through, and nothing more, for every egress design.</summary>
public sealed class ReachabilityMatrixTests
{
    private static readonly HomeAddress Home = HomeAddress.Parse("2001:db8:7::7");
    private static readonly int[] Ports = [22, 8080, 50000];

    public static TheoryData<Egress> Designs => [.. Enum.GetValues<Egress>()];

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_matrix_of_a_design(Egress egress)
    {
        var lab = ReachabilityTests.Definition(egress);
        var fields = ReachabilityMatrix.Of(ExpectedVpc.Of(lab), Dependency.Of(lab));
        Snapshot.Matches(
            $"reachability-{egress.Id()}.txt",
            string.Concat(
                fields.Select(field =>
                    $"{field.From.InstanceId} {field.To.Name} {field.To.Protocol} {field.To.Port} {(field.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")}: "
                    + $"{(field.Verdict.IsAllowed ? "yes" : "no")}, {field.Verdict.Reason}\n"
                )
            )
        );
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public async Task The_fabric_lets_through_what_the_definition_promises(Egress egress)
    {
        var definition = ReachabilityTests.Definition(egress);
        var state = ExpectedVpc.Of(definition);
        await using var lab = await VpcLab.StartAsync(state);
        if (egress == Egress.Bastion)
        {
            await lab.Fabric.ForwardAsync(VpcLab.HostOf(state.Interfaces[0]), TestContext.Current.CancellationToken);
        }

        var answers = await Task.WhenAll(
            ReachabilityMatrix
                .Of(state, lab.Internet)
                .Where(field => field.Address is not null)
                .Select(async field =>
                    (
                        Question: $"{field.From.InstanceId} to {field.To.Name} {field.To.Protocol} {field.Address}",
                        field.Verdict,
                        Really: await ReallyAsync(lab, field)
                    )
                )
        );
        Assert.Contains(answers, answer => !answer.Really);
        Compare(answers);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public async Task Instances_and_the_outside_reach_each_other_as_the_definition_promises(Egress egress)
    {
        var state = ExpectedVpc.Of(ReachabilityTests.Definition(egress));
        await using var lab = await VpcLab.StartAsync(state);
        foreach (var one in state.Interfaces)
        {
            foreach (var endpoint in one.Addresses.SelectMany(address => Ports.Select(port => (address, port))))
            {
                lab.Listen(VpcLab.HostOf(one), endpoint.address, endpoint.port);
            }
        }

        var inside =
            from one in state.Interfaces
            where one.DeviceIndex == 0
            from other in state.Interfaces
            where other.InstanceId != one.InstanceId
            from port in Ports
            select (
                Question: $"{one.Id} to {other.Id} {port}",
                Verdict: Reachability.Of(state, one, other, AddressFamily.InterNetwork, "tcp", port),
                Try: (Func<bool, Task<bool>>)(expected => lab.ReachesAsync(VpcLab.HostOf(one), other.Addresses[0], port, null, expected))
            );
        foreach (var from in new[] { Home.Address, IPAddress.Parse("2001:db8:7::8") })
        {
            await lab.Fabric.AddInternetAddressAsync(from, TestContext.Current.CancellationToken);
        }

        var outside =
            from source in new[] { Home.Address, IPAddress.Parse("2001:db8:7::8") }
            from other in state.Interfaces
            from address in other.Addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)
            from port in Ports
            select (
                Question: $"{source} to {other.Id} {port}",
                Verdict: Reachability.From(state, source, other, "tcp", port),
                Try: (Func<bool, Task<bool>>)(expected => lab.ReachesAsync(LabHost.Internet, address, port, source, expected))
            );
        var answers = await Task.WhenAll(
            inside.Concat(outside).ToList().Select(async one => (one.Question, one.Verdict, Really: await one.Try(one.Verdict.IsAllowed)))
        );
        Assert.True(answers.Single(answer => answer.Question == $"{Home.Address} to {ExpectedVpc.BastionPrimary} 22").Really);
        Compare(answers);
    }

    private static Task<bool> ReallyAsync(VpcLab lab, MatrixField field) =>
        (field.To.Protocol, field.To.Port, VpcLab.HostOf(field.From), field.Verdict.IsAllowed) switch
        {
            ("udp", 123, var host, var expected) => AskTimeAsync(lab, host, field.Address!, expected),
            ("udp", 53, var host, var expected) => lab.AskNameAsync(host, field.Address!, expected),
            (_, var port, var host, var expected) => lab.ReachesAsync(host, field.Address!, port, null, expected),
        };

    private static async Task<bool> AskTimeAsync(VpcLab lab, LabHost host, IPAddress server, bool isExpected) =>
        await lab.AskTimeAsync(host, server, isExpected) is not null;

    private static void Compare(IEnumerable<(string Question, Verdict Verdict, bool Really)> answers) =>
        Assert.Empty(
            answers
                .Where(answer => answer.Really != answer.Verdict.IsAllowed)
                .Select(answer =>
                    $"{answer.Question}: really {answer.Really}, promised {answer.Verdict.IsAllowed}: {answer.Verdict.Reason}; {string.Join(" > ", answer.Verdict.Hops.Select(hop => $"{hop.Id} {hop.Text}"))}"
                )
        );
}
