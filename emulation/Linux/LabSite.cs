namespace Lab.Emulation.Linux;

/// <summary>Where and with what a lab is made on this machine.</summary>
/// <param name="Folder">Its files.</param>
/// <param name="Journal">Where its side effects are announced.</param>
/// <param name="Tools">The programs.</param>
public sealed record LabSite(LabFolder Folder, Journal Journal, HostTools Tools);
