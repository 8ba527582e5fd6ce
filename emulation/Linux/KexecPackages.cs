using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>The packages of kexec, which starts another kernel without a reset: the program and the libraries that it is linked to, down to libc.</summary>
internal static class KexecPackages
{
    private const string Libc = "libc.so.6";

    private static readonly (string Package, string Folder, string File)[] Libraries =
    [
        ("libc6", "lib", Libc),
        ("zlib1g", "lib", "libz.so.1"),
        ("libxenmisc4.17", "usr/lib", "libxenctrl.so.4.17"),
        ("libxencall1", "usr/lib", "libxencall.so.1"),
        ("libxendevicemodel1", "usr/lib", "libxendevicemodel.so.1"),
        ("libxenevtchn1", "usr/lib", "libxenevtchn.so.1"),
        ("libxenforeignmemory1", "usr/lib", "libxenforeignmemory.so.1"),
        ("libxengnttab1", "usr/lib", "libxengnttab.so.1"),
        ("libxentoolcore1", "usr/lib", "libxentoolcore.so.1"),
        ("libxentoollog1", "usr/lib", "libxentoollog.so.1"),
    ];

    /// <summary>Those of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="release">The Debian release; the libraries' names are those of this one.</param>
    /// <param name="cache">The lab's cache folder.</param>
    public static IReadOnlyList<PackageRequirement> Of(Architecture architecture, string release, string cache)
    {
        var triplet = architecture == Architecture.Amd64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
        PackageRequirement Require(string package, string folder, string file) =>
            new($"{package}-{architecture.Id()}", "kexec of nodes that install themselves", release, $"{package}:{architecture.Id()}", (folder, file), cache);
        return [Require("kexec-tools", "sbin", "kexec"), .. Libraries.Select(library => Require(library.Package, $"{library.Folder}/{triplet}", library.File))];
    }

    /// <summary>The files of all of them, with what loads a program and its libraries: it is beside libc.</summary>
    /// <param name="paths">Those of the packages; may be none.</param>
    public static IReadOnlyList<string> WithLoader(IReadOnlyList<string> paths) =>
        [.. paths, .. paths.Where(path => Path.GetFileName(path) == Libc).SelectMany(libc => Directory.GetFiles(Path.GetDirectoryName(libc)!, "ld-linux-*"))];
}
