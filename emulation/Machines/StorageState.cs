namespace Lab.Emulation.Machines;

/// <summary>Something that a node's machine remembers while it is off, as it is now.</summary>
/// <param name="Name">What it is: <c>disk of 8 GiB</c>.</param>
/// <param name="State">Its state in words: <c>blank</c>.</param>
public sealed record StorageState(string Name, string State);
