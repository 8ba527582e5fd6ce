using Lab.Emulation.Linux;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>What the machines of a VPC's instances run on.</summary>
/// <param name="Fabric">The VPC's network.</param>
/// <param name="Folder">The lab's files.</param>
/// <param name="Folders">The cache.</param>
/// <param name="Journal">Where side effects are announced.</param>
/// <param name="Tools">The programs.</param>
public sealed record InstanceHost(VpcFabric Fabric, LabFolder Folder, LabFolders Folders, Journal Journal, HostTools Tools);
