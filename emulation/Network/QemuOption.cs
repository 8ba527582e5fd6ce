namespace Lab.Emulation.Network;

/// <summary>Values of QEMU's options.</summary>
internal static class QemuOption
{
    /// <summary>A path as part of a value: a comma ends it unless it is doubled.</summary>
    public static string Escape(string path) => path.Replace(",", ",,", StringComparison.Ordinal);
}
