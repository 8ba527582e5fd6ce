using Amazon.EC2.Model;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Images;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Runtime.Cloud;

/// <summary>A mistake to rehearse in a VPC: what does not work on AWS does not work here.</summary>
/// <param name="Name">As the option names it.</param>
/// <param name="Description">What is broken.</param>
public sealed record VpcFault(string Name, string Description)
{
    /// <summary>Changes the definition before it is applied.</summary>
    public Func<LabDefinition, LabDefinition> Change { get; private init; } = lab => lab;

    /// <summary>Name of the image that nodes of an architecture are launched from; null for one that boots nothing.</summary>
    public Func<LabDefinition, Architecture, string?> ImageName { get; private init; } = Ec2Image.RegisteredNameFor;

    /// <summary>User data that the nodes are launched with; null for that of the launch template.</summary>
    public string? UserData { get; private init; }

    /// <summary>True when the bastion serves DHCP as at home.</summary>
    public bool ServesDhcp { get; private init; }

    /// <summary>False leaves the bastion off.</summary>
    public bool StartsBastion { get; private init; } = true;

    /// <summary>A security group that loses all its rules for what comes in; null for none.</summary>
    public string? ClosedGroup { get; private init; }

    /// <summary>Nothing is broken.</summary>
    public static VpcFault None { get; } = new("none", "nothing");

    /// <summary>All that can be rehearsed.</summary>
    public static IReadOnlyList<VpcFault> All { get; } =
    [
        new("bastion-stopped", "the bastion is off while the nodes start") { StartsBastion = false },
        new("dhcp-from-bastion", "the nodes boot what DHCP names, and dnsmasq on the bastion names it, as at home")
        {
            UserData = "#!ipxe\nautoboot net0\n",
            ServesDhcp = true,
        },
        new("boot-rule-missing", "the bastion's security group lets no node in") { ClosedGroup = "bastion-sg" },
        new("image-without-ipxe", "the nodes are launched from an image without iPXE") { ImageName = (_, _) => null },
        new("tokens-required", "HttpTokens=required, and an iPXE of before 2026-07-14, which sends no token")
        {
            ImageName = (_, architecture) => $"iPXE (2026-06-01) ({architecture.OnAws()})",
            Change = lab => lab with { Launch = lab.Launch with { MetadataTokens = MetadataTokens.Required } },
        },
        new("platform-aws", "the nodes get the kernel argument talos.platform=aws")
        {
            Change = lab => lab with { Boot = lab.Boot with { Arguments = [.. lab.Boot.Arguments, BootImage.AwsPlatform] } },
        },
    ];

    /// <summary>The fault of that name.</summary>
    /// <exception cref="LabException">There is none, or it is of a boot that the lab does not make.</exception>
    public static VpcFault Of(string name, LabDefinition lab)
    {
        var fault =
            All.FirstOrDefault(fault => fault.Name == name)
            ?? throw new LabException($"--fault: there is no fault '{name}' in a VPC. There are: {string.Join(", ", All.Select(fault => fault.Name))}.");
        return lab.Launch.Boot == LaunchBoot.Ipxe
            ? fault
            : throw new LabException(
                $"--fault: {name} is a mistake of the network boot, and with launch.boot: ami no node makes one. To rehearse it: launch.boot: ipxe."
            );
    }

    /// <summary>Breaks what is broken after the definition was applied.</summary>
    public async Task BreakAsync(EmulatedAccount account, CancellationToken cancellationToken)
    {
        if (ClosedGroup is null)
        {
            return;
        }

        using var ec2 = account.CreateClient();
        var groups = await ec2.DescribeSecurityGroupsAsync(
            new DescribeSecurityGroupsRequest { Filters = [new("group-name", [ClosedGroup])] },
            cancellationToken
        );
        foreach (var permission in groups.SecurityGroups[0].IpPermissions ?? [])
        {
            await ec2.RevokeSecurityGroupIngressAsync(
                new RevokeSecurityGroupIngressRequest { GroupId = groups.SecurityGroups[0].GroupId, IpPermissions = [permission] },
                cancellationToken
            );
        }
    }
}
