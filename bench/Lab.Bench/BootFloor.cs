using System.Diagnostics;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model.Definition;

namespace Lab.Bench;

/// <summary>
/// What no lab can be faster than: the stand-in's kernel and initramfs given to QEMU directly, on the same machine type, without
/// firmware, network or anything beside it, until its init speaks.
/// </summary>
internal sealed class BootFloor
{
    private const string InitSpeaks = "lab-node: stage=userspace";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HostTools _tools;
    private readonly NodeImage _image;

    private BootFloor(HostTools tools) => (_tools, _image) = (tools, StandInImage.Get(tools, LabFolders.OfUser));

    /// <summary>Finds QEMU and the image.</summary>
    public static async Task<BootFloor> PrepareAsync() =>
        new(await new HostInstaller(LabFolders.OfUser, Console.Error.WriteLine).ProvideAsync(install: true, tryAgain: false, CancellationToken.None));

    /// <summary>Boots it once.</summary>
    /// <returns>Seconds from QEMU's start until its init has spoken.</returns>
    public async Task<double> MeasureAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var started = Stopwatch.GetTimestamp();
        using var qemu = Process.Start(
            new ProcessStartInfo(
                _tools.Of(Architecture.Arm64).Qemu,
                [
                    "-machine",
                    "virt",
                    "-cpu",
                    "cortex-a72",
                    "-smp",
                    "1",
                    "-m",
                    $"{_image.Image.MemoryMib}",
                    "-nodefaults",
                    "-no-user-config",
                    "-display",
                    "none",
                    "-no-reboot",
                    "-serial",
                    "stdio",
                    "-kernel",
                    _image.KernelPath,
                    "-initrd",
                    _image.InitrdPath,
                    "-append",
                    "console=ttyAMA0",
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            while (await qemu.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.Contains(InitSpeaks, StringComparison.Ordinal))
                {
                    return Stopwatch.GetElapsedTime(started).TotalSeconds;
                }
            }

            throw new InvalidOperationException($"QEMU ended before '{InitSpeaks}' was seen.");
        }
        finally
        {
            qemu.Kill();
            await qemu.WaitForExitAsync(CancellationToken.None);
        }
    }
}
