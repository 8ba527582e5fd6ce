using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Images;

/// <summary>A file of the EFI system partition of an instance's disk.</summary>
/// <param name="Path">Where: <c>EFI/BOOT/BOOTAA64.EFI</c>.</param>
/// <param name="Source">The file that it is; null for one of <paramref name="Content"/>.</param>
/// <param name="Content">What it holds; null for a copy of <paramref name="Source"/>.</param>
internal sealed record InstanceFile(string Path, string? Source, byte[]? Content)
{
    /// <summary>Its length in bytes.</summary>
    public long Length => Content?.Length ?? new FileInfo(Source!).Length;

    /// <summary>Opens it for reading.</summary>
    public Stream Open() => Content is null ? File.OpenRead(Source!) : new MemoryStream(Content, writable: false);
}

/// <summary>What an image puts on the disk of an instance.</summary>
internal static class InstanceFiles
{
    /// <summary>The files.</summary>
    /// <param name="image">What EC2 would start.</param>
    /// <param name="talos">What stands for the Talos that such an image holds.</param>
    /// <param name="tools">iPXE and the loader.</param>
    public static IReadOnlyList<InstanceFile> Of(Ec2Image image, NodeImage talos, HostTools tools) =>
        image.HasTalos ? Talos(talos, tools)
        : image.HasIpxe ? Ipxe(image.SendsToken, tools, image.Architecture)
        : [Resource("README.TXT", "no-boot-program.txt")];

    /// <summary>iPXE with the script that EC2's has within it.</summary>
    public static IReadOnlyList<InstanceFile> Ipxe(bool sendsToken, HostTools tools, Architecture architecture = Architecture.Arm64) =>
        [
            Resource("autoexec.ipxe", sendsToken ? "ec2.ipxe" : "ec2-without-token.ipxe"),
            new(Loader(architecture), tools.IpxeProgram(Dnsmasq.BootProgram(architecture)), Content: null),
        ];

    /// <summary>Tells apart what the files hold: hexadecimal digits.</summary>
    public static async Task<string> DigestAsync(IReadOnlyList<InstanceFile> files, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            await using var content = file.Open();
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path} "));
            hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>As Talos's own: systemd-boot, the kernel and the initramfs with their arguments (from Talos 1.10 on as one file).</summary>
    private static IReadOnlyList<InstanceFile> Talos(NodeImage image, HostTools tools) =>
        [
            new(Loader(image.Image.Architecture), tools.Of(image.Image.Architecture).DiskLoader, Content: null),
            Text("loader/loader.conf", "timeout 0\n"),
            Text(
                "loader/entries/talos.conf",
                $"title Talos\nlinux /vmlinuz\ninitrd /initramfs\noptions {string.Join(' ', image.Image.OnInstance.Arguments)}\n"
            ),
            new("vmlinuz", image.KernelPath, Content: null),
            new("initramfs", image.InitrdPath, Content: null),
        ];

    private static string Loader(Architecture architecture) => $"EFI/BOOT/{LoaderName(architecture)}";

    /// <summary>The name of the program that firmware starts from the folder EFI/BOOT of a disk (UEFI specification, 3.5.1.1).</summary>
    internal static string LoaderName(Architecture architecture) => architecture == Architecture.Amd64 ? "BOOTX64.EFI" : "BOOTAA64.EFI";

    private static InstanceFile Text(string path, string content) => new(path, Source: null, Encoding.UTF8.GetBytes(content));

    private static InstanceFile Resource(string path, string name) => new(path, Source: null, EmbeddedFile.Read($"ipxe/{name}"));
}
