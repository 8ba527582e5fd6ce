using System.Text.RegularExpressions;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds the stages in what iPXE says of its downloads on the serial console, for a boot server that does not tell what it answered.
/// </summary>
public static partial class BootProgramReader
{
    /// <summary>What a line says; null for most lines.</summary>
    /// <param name="line">A line without terminal escapes.</param>
    /// <param name="image">What the machine boots.</param>
    public static Observation? Read(string line, BootImage image)
    {
        if (Download().Match(line) is not { Success: true } download || StageOf(download.Groups["file"].Value, image) is not { } stage)
        {
            return null;
        }

        var kind =
            download.Groups["ok"].Success ? ObservationKind.Reached
            : download.Groups["missing"].Success ? ObservationKind.Failed
            : ObservationKind.Trouble;
        return new(stage, kind, Observation.SerialConsole, line);
    }

    private static BootStage? StageOf(string file, BootImage image) =>
        file switch
        {
            "ipxe" => BootStage.Script,
            _ when file == $"/assets/{image.AssetFolder}/{image.Kernel}" => BootStage.Kernel,
            _ when file == $"/assets/{image.AssetFolder}/{image.Initrd}" => BootStage.Initrd,
            _ => null,
        };

    /// <summary><c>/assets/talos/vmlinuz... 55%     ok</c>; where the size is not known yet, a dot for each second; 2d0c618e is iPXE's code for an HTTP 404 (https://ipxe.org/err/2d0c61).</summary>
    [GeneratedRegex(
        @"^(http://[^/ ]+/(?=ipxe))?(?<file>[^?\s]+?)(\?\S*?)?(?<!\.)(?>\.{3,} *)(?>(\d+% *)*)((?<ok>ok)|.*\((?<missing>https?://ipxe\.org/2d0c61[0-9a-f]{2})\)|.*\(https?://ipxe\.org/[0-9a-f]{8}\))$"
    )]
    private static partial Regex Download();
}
