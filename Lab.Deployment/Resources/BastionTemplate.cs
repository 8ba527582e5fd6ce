using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The content of the bastion's launch template: what it had, moved into the lab.</summary>
internal static class BastionTemplate
{
    /// <summary>The newest Amazon Linux 2023 for arm64, looked up by EC2 at each launch.</summary>
    private const string AmazonLinux = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

    /// <summary>A launch template for a group that the lab creates.</summary>
    public static OwnTemplate Create(LabDefinition lab, Resource subnet, SecurityGroup group, BastionProfile profile) =>
        new(lab, "template/bastion", $"lab-{lab.Name}-bastion", world => Move(lab, Fresh(lab), world.Ref(subnet), world.Ref(group)), [subnet, group, profile])
        {
            Phase = 2,
        };

    /// <summary>The existing content with the lab's network, group and user data in it; nothing else changes.</summary>
    public static RequestLaunchTemplateData Move(LabDefinition lab, RequestLaunchTemplateData existing, string subnet, string group)
    {
        var moved = TemplateData.Clone(existing);
        moved.NetworkInterfaces ??= [new() { DeviceIndex = 0, DeleteOnTermination = true }];
        var primary = moved.NetworkInterfaces.FirstOrDefault(candidate => candidate.DeviceIndex is null or 0) ?? moved.NetworkInterfaces[0];
        primary.SubnetId = subnet;
        primary.Groups = [group];
        primary.Ipv6AddressCount ??= 1;
        // An address or a zone of the network that it comes from would let nothing start in the lab's.
        primary.PrivateIpAddress = null;
        primary.PrivateIpAddresses = null;
        primary.Ipv6Addresses = null;
        primary.Ipv6Prefixes = null;
        primary.Ipv4Prefixes = null;
        if (moved.Placement is { } placement)
        {
            placement.AvailabilityZone = null;
            placement.AvailabilityZoneId = null;
        }

        primary.AssociatePublicIpAddress = lab.Network.Egress == Egress.Bastion;
        moved.SecurityGroupIds = null;
        moved.SecurityGroups = null;
        moved.IamInstanceProfile ??= new() { Name = BastionRole.NameOf(lab) };
        moved.UserData = Convert.ToBase64String(BastionUserData.Render(lab, Convert.FromBase64String(existing.UserData ?? "")));
        return moved;
    }

    private static RequestLaunchTemplateData Fresh(LabDefinition lab) =>
        new()
        {
            ImageId = AmazonLinux,
            InstanceType = InstanceType.FindValue(lab.Bastion.InstanceType),
            BlockDeviceMappings =
            [
                new()
                {
                    DeviceName = "/dev/xvda",
                    Ebs = new()
                    {
                        VolumeType = VolumeType.Gp3,
                        VolumeSize = lab.Bastion.DiskGib,
                        DeleteOnTermination = true,
                    },
                },
            ],
            MetadataOptions = new() { HttpTokens = LaunchTemplateHttpTokensState.Required, HttpEndpoint = LaunchTemplateInstanceMetadataEndpointState.Enabled },
            // With the lab's tag on all that a launch makes, the operator needs permission to launch nothing else.
            TagSpecifications =
            [
                .. new[] { ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface }.Select(kind => new LaunchTemplateTagSpecificationRequest
                {
                    ResourceType = kind,
                    Tags = [new(Tags.ConsoleName, $"{lab.Name}-bastion"), new(Tags.Lab, lab.Name)],
                }),
            ],
        };
}
