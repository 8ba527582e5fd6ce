using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>An instance of a VPC that has a network to be on.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Name">What it is called.</param>
/// <param name="First">Its first interface, by which it boots.</param>
public sealed record PluggedInstance(VpcInstance Instance, string Name, VpcInterface First)
{
    /// <summary>An instance as a VPC has it; null where it has no interface yet.</summary>
    public static PluggedInstance? Of(VpcState vpc, VpcInstance instance) =>
        vpc.Interfaces.FirstOrDefault(one => one.InstanceId == instance.Id && one.DeviceIndex == 0) is { } first
            ? new(instance, vpc.NameOf(instance), first)
            : null;
}
