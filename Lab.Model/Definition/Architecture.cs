namespace Lab.Model.Definition;

/// <summary>The processor of a machine, by the names that container images and Debian have for it.</summary>
public enum Architecture
{
    /// <summary>64-bit ARM.</summary>
    Arm64,

    /// <summary>x86-64.</summary>
    Amd64,
}
