namespace Lab.Emulation.Services;

/// <summary>
/// iPXE for arm64 as it runs on U-Boot too. iPXE waits for the next interrupt where it has nothing to do, and U-Boot has none: there it stops
/// for ever at "Press Ctrl-B" (https://github.com/ipxe/ipxe/issues/1510). What iPXE's own switch does when it is built (<c>#undef
/// NAP_EFIARM</c>) is done to the built program: the one instruction that waits does nothing.
/// </summary>
public static class IpxeForUBoot
{
    /// <summary>WFI and NOP, as they stand in memory (Arm Architecture Reference Manual, C6.2).</summary>
    private static readonly byte[] WaitForInterrupt = [0x7f, 0x20, 0x03, 0xd5],
        Nothing = [0x1f, 0x20, 0x03, 0xd5];

    /// <summary>The program without that instruction; as it is where it has none, or more than the one that is known.</summary>
    /// <param name="program">iPXE for arm64.</param>
    public static byte[] From(ReadOnlySpan<byte> program)
    {
        var changed = program.ToArray();
        var at = program.IndexOf(WaitForInterrupt);
        if (at >= 0 && at == program.LastIndexOf(WaitForInterrupt) && at % WaitForInterrupt.Length == 0)
        {
            Nothing.CopyTo(changed, at);
        }

        return changed;
    }
}
