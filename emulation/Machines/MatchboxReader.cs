using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds in matchbox's log who asked for a configuration. matchbox logs a request before it answers it: neither status nor size nor
/// address. What becomes of a script, a kernel and an initramfs iPXE says itself (<see cref="BootProgramReader"/>).
/// </summary>
public static partial class MatchboxReader
{
    /// <summary>What a line says about which machine; null for most lines.</summary>
    public static (MacAddress Machine, Observation Observation)? Read(string line) =>
        Config().Match(line) is { Success: true } match && MacAddress.TryParse(match.Groups["mac"].Value, out var mac)
            ? (mac, new Observation(BootStage.Config, ObservationKind.Reached, Matchbox.Name, match.Groups["text"].Value))
            : null;

    [GeneratedRegex(
        @"\Atime=""[^""]*"" level=info msg=""(?<text>HTTP GET /(generic|ignition|cloud)\?([^ ""]*&)?mac=(?<mac>[0-9A-Fa-f:-]{17})(&[^ ""]*)?)""\s*\z"
    )]
    private static partial Regex Config();
}
