using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Tunnels;

/// <summary>The bastion that runs now.</summary>
/// <param name="Instance">Its instance.</param>
/// <param name="Address">Its IPv6 address; null for none.</param>
/// <param name="HostKeys">Its SSH keys, as <c>TYPE KEY</c>; empty where it has not said them.</param>
internal sealed record BastionHost(string Instance, string? Address, IReadOnlyList<string> HostKeys)
{
    /// <summary>What cloud-init writes around the keys of a machine, on its console.</summary>
    private const string Begin = "-----BEGIN SSH HOST KEY KEYS-----",
        End = "-----END SSH HOST KEY KEYS-----";

    /// <summary>The user of Amazon Linux.</summary>
    public string User => "ec2-user";

    /// <summary>Finds it.</summary>
    /// <exception cref="LabException">None runs.</exception>
    public static async Task<BastionHost> FindAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var group = await aws.AutoScaling.FindGroupAsync(lab.Bastion.Group, cancellationToken);
        var instances = group is { Instances: { Count: > 0 } ids }
            ? await aws.InstancesAsync(new DescribeInstancesRequest { InstanceIds = [.. ids] }, cancellationToken)
            : [];
        var bastion =
            instances.FirstOrDefault(instance => instance.State.Name == InstanceStateName.Running)
            ?? throw new LabException(
                group is null
                    ? $"There is no Auto Scaling group {lab.Bastion.Group} yet. Run: {DeployCommand.Line("apply")}"
                    : $"The bastion is off (group {group.Name}), and the nodes are reached through it. Start it: {DeployCommand.Line("bastion start")}"
            );
        return new(
            bastion.InstanceId,
            string.IsNullOrEmpty(bastion.Ipv6Address) ? null : bastion.Ipv6Address,
            await HostKeysAsync(aws, bastion.InstanceId, cancellationToken)
        );
    }

    /// <summary>The keys in what a machine wrote to its console; empty where there are none, or where they are not whole.</summary>
    internal static IReadOnlyList<string> HostKeysIn(string console)
    {
        var lines = console.Split('\n', StringSplitOptions.TrimEntries);
        var begin = Array.FindLastIndex(lines, line => line.EndsWith(Begin, StringComparison.Ordinal));
        var end = begin < 0 ? -1 : Array.FindIndex(lines, begin, line => line.EndsWith(End, StringComparison.Ordinal));
        return end < 0 ? [] : [.. lines[(begin + 1)..end].Select(Key).OfType<string>()];
    }

    /// <summary>Without the comment at its end, and what a console puts before it.</summary>
    private static string? Key(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var type = Array.FindIndex(words, word => word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-", StringComparison.Ordinal));
        return type >= 0 && type + 1 < words.Length && Convert.TryFromBase64String(words[type + 1], new byte[words[type + 1].Length], out _)
            ? $"{words[type]} {words[type + 1]}"
            : null;
    }

    private static async Task<IReadOnlyList<string>> HostKeysAsync(AwsClients aws, string instance, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await aws.Ec2.GetConsoleOutputAsync(new GetConsoleOutputRequest { InstanceId = instance }, cancellationToken);
            return HostKeysIn(Encoding.UTF8.GetString(Convert.FromBase64String(answer.Output ?? "")));
        }
        catch (Exception e) when (AwsErrors.IsDenied(e) || AwsErrors.IsUnknownCall(e) || e is FormatException)
        {
            return [];
        }
    }
}
