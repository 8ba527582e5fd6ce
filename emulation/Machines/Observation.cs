using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>Something that was seen of a node's boot.</summary>
/// <param name="Stage">The stage that it belongs to.</param>
/// <param name="Kind">What it says about the stage.</param>
/// <param name="Source">Whose word it is: a service's name or <see cref="SerialConsole"/>.</param>
/// <param name="Text">What was seen, in the source's words.</param>
public sealed record Observation(BootStage Stage, ObservationKind Kind, string Source, string Text)
{
    /// <summary>The request over HTTP and its answer that were seen; null for what is none.</summary>
    public HttpExchange? Exchange { get; init; }

    /// <summary>What asked, where that decides what is wrong.</summary>
    public AskingFirmware Asker { get; init; }

    /// <summary>The source of what the machine itself says.</summary>
    public const string SerialConsole = "console";

    /// <summary>The source of what a real machine's Linux sends of its log.</summary>
    public const string KernelLog = "kernel-log";

    /// <summary>The source of what QEMU says of a machine.</summary>
    public const string Qemu = "qemu";

    /// <summary>The source of what the LAN answers when the lab asks it.</summary>
    public const string Lan = "lan";

    /// <summary>The source of what a connection from the bastion finds.</summary>
    public const string Bastion = "bastion";
}

/// <summary>Firmware that needs more than Lab's answer.</summary>
public enum AskingFirmware
{
    /// <summary>Any other, or not known.</summary>
    Other,

    /// <summary>A U-Boot, where Lab gives no addresses.</summary>
    UBoot,

    /// <summary>A Raspberry Pi's own network boot.</summary>
    RaspberryPi,
}

/// <summary>What an observation says about its stage.</summary>
public enum ObservationKind
{
    /// <summary>The stage was reached.</summary>
    Reached,

    /// <summary>Something went wrong that the node may get over by trying again.</summary>
    Trouble,

    /// <summary>The node will not get further by itself.</summary>
    Failed,
}
