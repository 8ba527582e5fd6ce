namespace Lab.Model.Definition;

/// <summary>How the services of the lab on this machine are run.</summary>
public enum ServiceMode
{
    /// <summary>A container where a Docker engine answers and has the image already, a process otherwise.</summary>
    Auto,

    /// <summary>Processes of this machine; the boot server is matchbox where that is on PATH.</summary>
    Native,

    /// <summary>Containers; images that the engine has not are pulled.</summary>
    Container,
}
