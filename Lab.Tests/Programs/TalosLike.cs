using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>Kernel and initramfs that boot as a Talos does, as far as it is seen from outside: the stand-in, whose port 50000 speaks TLS (Debian's OpenSSL).</summary>
internal static class TalosLike
{
    private const string Release = "bookworm",
        Triplet = "aarch64-linux-gnu",
        PlainServer = "$bb httpd -p 50000 -h /www ||",
        TlsServer = "{ OPENSSL_CONF=/dev/null /bin/openssl s_server -quiet -www -accept 50000 -cert /tls.pem </dev/null >/dev/null 2>&1 & } ||";

    /// <summary>The kernel's path, and the initramfs.</summary>
    public static async Task<(string Kernel, byte[] Initramfs)> GetAsync()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var machine = tools.Of(Architecture.Arm64);
        using var stream = new MemoryStream();
        await stream.WriteAsync(StandInImage.Build(machine));
        await stream.WriteAsync(new byte[(4 - stream.Length % 4) % 4]);

        // A file of a later archive takes the place of one of an earlier.
        var archive = new CpioArchive(stream);
        archive.AddFolder("lib");
        foreach (var (path, file) in await FilesAsync())
        {
            archive.AddFile(path, await File.ReadAllBytesAsync(file), executable: true);
        }

        archive.AddFile("tls.pem", Certificate());
        var init = Encoding.UTF8.GetString(EmbeddedFile.Read("node/init"));
        Assert.Contains(PlainServer, init, StringComparison.Ordinal);
        archive.AddFile("init", Encoding.UTF8.GetBytes(init.Replace(PlainServer, TlsServer, StringComparison.Ordinal)), executable: true);
        archive.Finish();
        return (machine.Kernel, stream.ToArray());
    }

    /// <summary>Writes them into a folder, under the names of CozyStack's builds.</summary>
    public static async Task WriteAsync(string folder)
    {
        var (kernel, initramfs) = await GetAsync();
        Directory.CreateDirectory(folder);
        File.Copy(kernel, Path.Combine(folder, "kernel-arm64"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "initramfs-metal-arm64.xz"), initramfs);
    }

    private static async Task<IReadOnlyList<(string Path, string File)>> FilesAsync()
    {
        var cache = LabFolders.OfUser.Cache;
        PackageRequirement Require(string package, string folder, string file) =>
            new($"{package}-arm64", "a Talos of the tests", Release, $"{package}:arm64", (folder, file), cache);
        var libc = Require("libc6", $"lib/{Triplet}", "libc.so.6");
        PackageRequirement[] all =
        [
            libc,
            Require("libc6", $"lib/{Triplet}", "ld-linux-aarch64.so.1"),
            Require("libssl3", $"usr/lib/{Triplet}", "libssl.so.3"),
            Require("libssl3", $"usr/lib/{Triplet}", "libcrypto.so.3"),
            Require("openssl", "usr/bin", "openssl"),
        ];
        if (Array.Exists(all, requirement => requirement.Find() is null))
        {
            await using var held = await FileLock.TakeAsync(Path.Combine(cache, "install.lock"), TestContext.Current.CancellationToken);
            await new HostInstaller(LabFolders.OfUser, _ => { }).FetchAsync(
                all.Where(requirement => requirement.Find() is null),
                TestContext.Current.CancellationToken
            );
        }

        return [.. all.Select(requirement => ($"{(requirement.Pattern.File == "openssl" ? "bin" : "lib")}/{requirement.Pattern.File}", requirement.Find()!))];
    }

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=talos", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UtcNow.AddYears(1)
        );
        return Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportECPrivateKeyPem()}\n");
    }
}
