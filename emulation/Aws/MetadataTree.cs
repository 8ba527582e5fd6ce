using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.Emulation.Aws;

/// <summary>
/// What instance metadata says to one instance, by path below a version
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories): what iPXE, cloud-init and
/// Talos read.
/// </summary>
internal sealed class MetadataTree
{
    private const string Account = "123456789012";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>The metadata of an instance.</summary>
    /// <param name="vpc">The VPC that it is in.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="region">The region.</param>
    /// <param name="zone">The zone of its subnet.</param>
    public MetadataTree(VpcState vpc, VpcInstance instance, string region, string zone)
    {
        var interfaces = vpc.Interfaces.Where(one => one.InstanceId == instance.Id).OrderBy(one => one.DeviceIndex).ToList();
        if (instance.UserData is { } userData)
        {
            _files["user-data"] = userData;
        }

        if (interfaces.Count == 0)
        {
            return;
        }

        var address = Ipv4(interfaces[0]);
        var host = HostName(address, region);
        Put("meta-data/ami-id", instance.ImageId);
        Put("meta-data/ami-launch-index", "0");
        Put("meta-data/hostname", host);
        Put("meta-data/instance-action", "none");
        Put("meta-data/instance-id", instance.Id);
        Put("meta-data/instance-life-cycle", "on-demand");
        Put("meta-data/instance-type", instance.InstanceType);
        Put("meta-data/ipv6", Ipv6(interfaces[0]).FirstOrDefault());
        Put("meta-data/local-hostname", host);
        Put("meta-data/local-ipv4", address);
        Put("meta-data/mac", $"{interfaces[0].Mac}");
        Put("meta-data/placement/availability-zone", zone);
        Put("meta-data/placement/region", region);
        Put("meta-data/public-ipv4", interfaces[0].PublicAddress?.ToString());
        Put("meta-data/reservation-id", $"r-{instance.Id[2..]}");
        Put(
            "meta-data/security-groups",
            string.Join('\n', vpc.SecurityGroups.Where(group => interfaces[0].SecurityGroupIds.Contains(group.Id)).Select(group => group.Name))
        );
        Put("meta-data/services/domain", "amazonaws.com");
        Put("meta-data/services/partition", "aws");
        interfaces.ForEach(one => Interface(vpc, one, region));
        Put("dynamic/instance-identity/document", Document(instance, address, region, zone));
        if (instance.RoleName is { } role)
        {
            Role(role);
        }
    }

    /// <summary>What is at a path: a file's bytes, the names in a folder, or null. A folder's name may end in a slash.</summary>
    public byte[]? Find(string path)
    {
        if (_files.TryGetValue(path, out var file))
        {
            return file;
        }

        var folder = path.Length == 0 || path.EndsWith('/') ? path : $"{path}/";
        var names = _files
            .Keys.Where(key => key.StartsWith(folder, StringComparison.Ordinal))
            .Select(key => key[folder.Length..])
            .Select(rest => rest.IndexOf('/') is >= 0 and var slash ? rest[..(slash + 1)] : rest)
            .Distinct()
            .ToList();
        return names.Count == 0 ? null : Encoding.UTF8.GetBytes(string.Join('\n', names));
    }

    private static string HostName(string address, string region) =>
        $"ip-{address.Replace('.', '-')}.{(region == "us-east-1" ? "ec2.internal" : $"{region}.compute.internal")}";

    private static string Ipv4(VpcInterface one) => one.Addresses.First(address => address.AddressFamily == AddressFamily.InterNetwork).ToString();

    private static List<string> Ipv6(VpcInterface one) =>
        [.. one.Addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6).Select(address => address.ToString())];

    private void Put(string path, string? content)
    {
        if (content is not null)
        {
            _files[path] = Encoding.UTF8.GetBytes(content);
        }
    }

    private void Interface(VpcState vpc, VpcInterface one, string region)
    {
        var at = $"meta-data/network/interfaces/macs/{one.Mac}";
        var subnet = vpc.Subnets.First(candidate => candidate.Id == one.SubnetId);
        var ipv6 = Ipv6(one);
        Put($"{at}/device-number", $"{one.DeviceIndex}");
        Put($"{at}/interface-id", one.Id);
        Put($"{at}/ipv6s", ipv6.Count == 0 ? null : string.Join('\n', ipv6));
        Put($"{at}/local-hostname", HostName(Ipv4(one), region));
        Put($"{at}/local-ipv4s", string.Join('\n', one.Addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)));
        Put($"{at}/mac", $"{one.Mac}");
        Put($"{at}/owner-id", Account);
        Put($"{at}/public-ipv4s", one.PublicAddress?.ToString());
        Put($"{at}/security-group-ids", string.Join('\n', one.SecurityGroupIds));
        Put($"{at}/subnet-id", subnet.Id);
        Put($"{at}/subnet-ipv4-cidr-block", subnet.Ipv4.ToString());
        Put($"{at}/subnet-ipv6-cidr-blocks", subnet.Ipv6?.ToString());
        Put($"{at}/vpc-id", vpc.Id);
        Put($"{at}/vpc-ipv4-cidr-block", vpc.Ipv4Blocks[0].ToString());
        Put($"{at}/vpc-ipv4-cidr-blocks", string.Join('\n', vpc.Ipv4Blocks));
        Put($"{at}/vpc-ipv6-cidr-blocks", vpc.Ipv6Blocks.Count == 0 ? null : string.Join('\n', vpc.Ipv6Blocks));
    }

    /// <summary>Credentials that an emulator takes, and AWS does not.</summary>
    private void Role(string role)
    {
        Put(
            "meta-data/iam/info",
            new JsonObject { ["Code"] = "Success", ["InstanceProfileArn"] = $"arn:aws:iam::{Account}:instance-profile/{role}" }.ToJsonString(Indented)
        );
        Put(
            $"meta-data/iam/security-credentials/{role}",
            new JsonObject
            {
                ["Code"] = "Success",
                ["Type"] = "AWS-HMAC",
                ["AccessKeyId"] = "test",
                ["SecretAccessKey"] = "test",
                ["Token"] = "test",
                ["Expiration"] = "2099-01-01T00:00:00Z",
            }.ToJsonString(Indented)
        );
    }

    private static string Document(VpcInstance instance, string address, string region, string zone) =>
        new JsonObject
        {
            ["accountId"] = Account,
            ["architecture"] = InstanceTypes.ArchitectureOf(instance.InstanceType).OnAws(),
            ["availabilityZone"] = zone,
            ["imageId"] = instance.ImageId,
            ["instanceId"] = instance.Id,
            ["instanceType"] = instance.InstanceType,
            ["pendingTime"] = instance.Launched?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["privateIp"] = address,
            ["region"] = region,
            ["version"] = "2017-09-30",
        }.ToJsonString(Indented);
}
