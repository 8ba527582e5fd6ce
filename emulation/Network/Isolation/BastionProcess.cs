namespace Lab.Emulation.Network.Isolation;

/// <summary>A process whose network namespace is taken as the bastion's.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Ended">Completes when it has ended.</param>
public sealed record BastionProcess(int Pid, Task Ended);
