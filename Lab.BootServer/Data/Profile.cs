namespace Lab.BootServer.Data;

/// <summary>What a machine boots and which configuration it gets.</summary>
internal sealed record Profile
{
    /// <summary>Required, but need not be the file's name.</summary>
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    public string IgnitionId { get; init; } = "";

    public string CloudId { get; init; } = "";

    public string GenericId { get; init; } = "";

    /// <summary>Null when the profile has none: it then has no boot script.</summary>
    public NetBoot? Boot { get; init; }
}

/// <summary>Kernel, initrds and arguments, passed to the machine as they are.</summary>
internal sealed record NetBoot(string Kernel, IReadOnlyList<string> Initrd, IReadOnlyList<string> Args)
{
    /// <summary>True for a machine that is left to its disk: it gets no kernel. matchbox has no such thing.</summary>
    public bool IsDisk { get; init; }
}
