using Lab.Emulation.Network.Vpc;

namespace Lab.Runtime.State;

/// <summary>The network of a lab that runs in a VPC. A host that runs one adds it as a singleton; at home there is none.</summary>
public interface IVpcLab
{
    /// <summary>What the network follows at this moment; null while there is no VPC.</summary>
    VpcState? State { get; }

    /// <summary>What the packet filter has let through and dropped; nothing while there is no VPC.</summary>
    Task<IReadOnlyList<VpcCount>> CountersAsync(CancellationToken cancellationToken);
}
