namespace Lab.Emulation.Fabric;

/// <summary>A process whose network namespace is taken as the bastion's.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Ended">Completes when it has ended.</param>
internal sealed record BastionProcess(int Pid, Task Ended);
