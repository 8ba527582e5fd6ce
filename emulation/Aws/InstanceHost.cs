using Lab.Emulation.Linux;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>What the machines of a VPC's instances run on.</summary>
/// <param name="Fabric">The VPC's network.</param>
/// <param name="Site">Where the lab is made.</param>
/// <param name="Folders">The cache.</param>
public sealed record InstanceHost(VpcFabric Fabric, LabSite Site, LabFolders Folders);
