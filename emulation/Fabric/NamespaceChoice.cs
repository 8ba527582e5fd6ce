using Lab.Emulation.Host;

namespace Lab.Emulation.Fabric;

/// <summary>Root takes namespaces of the host; anybody else a user namespace.</summary>
internal static class NamespaceChoice
{
    public static INamespaces For(LabFolder folder, Journal journal) =>
        LinuxCalls.EffectiveUser() == 0 ? new RootNamespaces(folder.Name, journal) : throw new NotSupportedException();
}
