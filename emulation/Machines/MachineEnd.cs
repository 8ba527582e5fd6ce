namespace Lab.Emulation.Machines;

/// <summary>How a machine went off.</summary>
/// <param name="ExitCode">QEMU's exit code.</param>
/// <param name="Reason">
/// QEMU's word for why it ended, such as <c>guest-reset</c> or <c>guest-shutdown</c>; null where it gave none, as when it was killed. From
/// https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html (ShutdownCause).
/// </param>
public sealed record MachineEnd(int ExitCode, string? Reason)
{
    /// <summary>The reason of a real machine that a command of the user's has switched off; no QEMU gives it.</summary>
    public const string Command = "command";

    /// <summary>True when the machine reset itself, as a reboot does.</summary>
    public bool IsReset => Reason == "guest-reset";

    /// <summary>True when the machine went off on its own account, and nobody ended QEMU.</summary>
    public bool IsGuests => IsReset || Reason == "guest-shutdown";

    /// <summary>In words, to follow "off: ".</summary>
    public string Text =>
        Reason switch
        {
            "guest-reset" => "it reset itself",
            "guest-shutdown" => "it powered itself off",
            Command => "switched off by a command of the lab file",
            _ => $"QEMU ended with exit code {ExitCode}",
        };
}
