using System.Text;
using Lab.BootServer.Data;

namespace Lab.BootServer.Http;

/// <summary>The scripts that a profile makes. Nothing is quoted or escaped: iPXE's own variables pass through.</summary>
internal static class BootScripts
{
    /// <summary>Asks the machine what it is and chains to <c>/ipxe</c> with that.</summary>
    public static readonly byte[] Inspect =
        """
        #!ipxe
        chain ipxe?uuid=${uuid}&mac=${mac:hexhyp}&domain=${domain}&hostname=${hostname}&serial=${serial}&arch=${buildarch:uristring}

        """u8.ToArray();

    /// <summary>
    /// Leaves the machine to its disk. UEFI goes on with its next boot option after a program that has failed, and opens its menu after one
    /// that has not; a BIOS that has booted from the network has no way on, so iPXE starts the first disk itself.
    /// </summary>
    private const string IpxeDisk = "#!ipxe\niseq ${platform} efi && exit 1 ||\nsanboot --no-describe --drive 0x80 || exit 1\n";

    private const string GrubDisk = "exit\n";

    public static string Ipxe(NetBoot boot)
    {
        if (boot.IsDisk)
        {
            return IpxeDisk;
        }

        var script = new StringBuilder("#!ipxe\nkernel ").Append(boot.Kernel);
        AppendEach(script, " ", boot.Args, "");
        AppendEach(script, "\ninitrd ", boot.Initrd, "");
        return script.Append("\nboot\n").ToString();
    }

    public static string Grub(NetBoot boot)
    {
        if (boot.IsDisk)
        {
            return GrubDisk;
        }

        var script = new StringBuilder("default=0\nfallback=1\ntimeout=1\n");
        AppendMenuEntry(script, boot, "CoreOS (EFI)", "linuxefi", "initrdefi");
        AppendMenuEntry(script, boot, "CoreOS (BIOS)", "linux", "initrd");
        return script.ToString();
    }

    private static void AppendMenuEntry(StringBuilder script, NetBoot boot, string title, string linux, string initrd)
    {
        script.Append($"menuentry \"{title}\" {{\necho \"Loading kernel\"\n{linux} \"{boot.Kernel}\"");
        AppendEach(script, " ", boot.Args, "");
        script.Append($"\necho \"Loading initrd\"\n{initrd} ");
        AppendEach(script, " \"", boot.Initrd, "\"");
        script.Append("\n}\n");
    }

    private static void AppendEach(StringBuilder script, string before, IReadOnlyList<string> items, string after)
    {
        foreach (var item in items)
        {
            script.Append(before).Append(item).Append(after);
        }
    }
}
