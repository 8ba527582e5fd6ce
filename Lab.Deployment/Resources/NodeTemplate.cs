using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>The content of the nodes' launch template.</summary>
internal static class NodeTemplate
{
    /// <summary>The first of the names that AWS keeps for further disks (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-using-volumes.html). On Nitro instances it is an NVMe disk.</summary>
    public const string DataDevice = "/dev/sdf";

    /// <summary>The lab's launch template for nodes.</summary>
    public static OwnTemplate Create(LabDefinition lab, string image, Resource subnet, SecurityGroup group) =>
        new(lab, "template/node", lab.Launch.Template, world => Data(lab, image, world.Ref(subnet), world.Ref(group)), [subnet, group]) { Phase = 4 };

    /// <summary>The disks of a node. All go with it: a disk that stays is paid.</summary>
    public static IEnumerable<(string Device, int Gib)> Disks(LabDefinition lab, NodeLaunch node) =>
        new[] { (NodeImages.DeviceOf(lab), node.DiskGib), (DataDevice, node.DataDiskGib) }.Where(disk => disk.Item2 > 0);

    private static RequestLaunchTemplateData Data(LabDefinition lab, string image, string subnet, string group) =>
        new()
        {
            ImageId = image,
            InstanceType = InstanceType.FindValue(NodeLaunch.Further(lab).InstanceType),
            UserData = lab.Launch.Boot == LaunchBoot.Ipxe ? DeploymentFiles.Base64(NodeUserData.Script(lab)) : null,
            NetworkInterfaces =
            [
                new()
                {
                    DeviceIndex = 0,
                    SubnetId = subnet,
                    Groups = [group],
                    AssociatePublicIpAddress = false,
                    DeleteOnTermination = true,
                },
            ],
            BlockDeviceMappings =
            [
                .. Disks(lab, NodeLaunch.Further(lab))
                    .Select(disk => new LaunchTemplateBlockDeviceMappingRequest
                    {
                        DeviceName = disk.Device,
                        Ebs = new()
                        {
                            VolumeType = VolumeType.Gp3,
                            VolumeSize = disk.Gib,
                            DeleteOnTermination = true,
                        },
                    }),
            ],
            MetadataOptions = new()
            {
                HttpEndpoint = LaunchTemplateInstanceMetadataEndpointState.Enabled,
                HttpTokens =
                    lab.Launch.MetadataTokens == MetadataTokens.Required ? LaunchTemplateHttpTokensState.Required : LaunchTemplateHttpTokensState.Optional,
                HttpPutResponseHopLimit = 1,
            },
            TagSpecifications =
            [
                new() { ResourceType = ResourceType.Instance, Tags = Tagging.List(lab, Tags.Node) },
                new() { ResourceType = ResourceType.Volume, Tags = Tagging.List(lab, Tags.Node) },
                new() { ResourceType = ResourceType.NetworkInterface, Tags = Tagging.List(lab, Tags.Node) },
            ],
        };
}
