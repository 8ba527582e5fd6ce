using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Verification;

/// <summary>The part of test 02 that looks at the bastion while it runs: where it is, that it has its address, that SSH answers.</summary>
internal sealed class RunningBastionTests(AwsClients aws, DeployedLab deployed)
{
    private const string Place = "bastion in its subnet";
    private const string Address = "static address on the bastion";
    private const string Ssh = "SSH from here";
    private const string WhenUp = "Run this again while it is up.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private LabDefinition Lab => deployed.Lab;

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(IReadOnlyList<string> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0 || await FindAsync(instances, cancellationToken) is not { } bastion)
        {
            return [.. new[] { Place, Address, Ssh }.Select(name => VerifyResult.Skip(2, name, "the bastion is off", WhenUp))];
        }

        return [InSubnet(bastion), HasAddress(bastion), await SshAsync(bastion, cancellationToken)];
    }

    private async Task<Instance?> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var instances = await aws.InstancesAsync(new DescribeInstancesRequest { InstanceIds = [.. ids] }, cancellationToken);
        return instances.FirstOrDefault(instance => instance.State.Name == Amazon.EC2.InstanceStateName.Running);
    }

    private VerifyResult InSubnet(Instance bastion)
    {
        var isPublic = Lab.Network.Egress == Egress.Bastion;
        var home = deployed.IdOf(isPublic ? "subnet/public" : "subnet/private");
        return VerifyResult.Of(
            2,
            Place,
            bastion.SubnetId == home && (isPublic || string.IsNullOrEmpty(bastion.PublicIpAddress)),
            $"in {home}{(isPublic ? "" : ", without a public IPv4 address")}",
            $"in {bastion.SubnetId}, public address {bastion.PublicIpAddress ?? "none"}",
            $"The bastion of the day was started before the move. Terminate {bastion.InstanceId}; its group starts a new one."
        );
    }

    private VerifyResult HasAddress(Instance bastion) =>
        bastion.NetworkInterfaces?.Any(member => member.PrivateIpAddress == Lab.Bastion.Address.ToString()) == true
            ? VerifyResult.Of(2, Address, true, $"{Lab.Bastion.Address}", "", "")
        : aws.Target.IsLocal ? VerifyResult.Skip(2, Address, "an emulator runs no user data, which takes it", "Deploy to AWS.")
        : VerifyResult.Of(
            2,
            Address,
            false,
            $"{Lab.Bastion.Address}",
            string.Join(", ", (bastion.NetworkInterfaces ?? []).Select(member => member.PrivateIpAddress)),
            "On the bastion, look at: journalctl -u cloud-final; cat /var/log/cloud-init-output.log"
        );

    private async Task<VerifyResult> SshAsync(Instance bastion, CancellationToken cancellationToken)
    {
        if (aws.Target.IsLocal || Lab.Access.Ipv6 is null || string.IsNullOrEmpty(bastion.Ipv6Address))
        {
            return VerifyResult.Skip(
                2,
                Ssh,
                aws.Target.IsLocal ? "an emulator runs no machine"
                    : Lab.Access.Ipv6 is null ? "access.ipv6 is not set"
                    : "the bastion has no IPv6 address",
                "Deploy to AWS with access.ipv6 set."
            );
        }

        return VerifyResult.Of(
            2,
            Ssh,
            await BannerAsync(bastion.Ipv6Address, cancellationToken) is { } banner && banner.StartsWith("SSH-", StringComparison.Ordinal),
            $"an answer from [{bastion.Ipv6Address}]:22",
            "none",
            $"Check that this machine has the address of access.ipv6 (curl -6 https://checkip.amazonaws.com), then run: {DeployCommand.Line("access")}"
        );
    }

    private static async Task<string?> BannerAsync(string address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var connection = new TcpClient(AddressFamily.InterNetworkV6);
            await connection.ConnectAsync(IPAddress.Parse(address), 22, deadline.Token);
            using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
            return await reader.ReadLineAsync(deadline.Token);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
