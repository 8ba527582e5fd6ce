using CliWrap;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>Chooses how namespaces are made.</summary>
internal static class Namespaces
{
    /// <summary>Named ones of the host for root, a user namespace for everybody else.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="journal">Where side effects are announced.</param>
    /// <param name="broker">Starts this program as <see cref="SocketBroker"/>.</param>
    /// <param name="bastion">Has the bastion's namespace; null to make one.</param>
    public static INamespaces Choose(LabFolder folder, Journal journal, Command broker, BastionProcess? bastion = null) =>
        LinuxCalls.EffectiveUser() == 0 ? new RootNamespaces(folder, journal, bastion) : new UserNamespaces(folder, journal, broker);
}
