namespace Lab.Emulation.Linux;

/// <summary>Something that a lab needs of its host.</summary>
public abstract record Requirement(string Name, string Purpose)
{
    /// <summary>True when a lab runs without it, with less.</summary>
    public bool Optional { get; init; }

    /// <summary>Absolute path of what is there; null when it is missing.</summary>
    public abstract string? Find();

    /// <summary>The command that provides it.</summary>
    public abstract string Remedy { get; }

    /// <summary>The version of what was found.</summary>
    public abstract Task<string> VersionAsync(string path, CancellationToken cancellationToken);
}
