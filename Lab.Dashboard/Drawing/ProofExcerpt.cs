using System.Text.RegularExpressions;
using Lab.Dashboard.Looks;
using Lab.Emulation.Machines;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.Dashboard.Drawing;

/// <summary>What a log says about a stage of a boot.</summary>
/// <param name="Title">What the lines are.</param>
/// <param name="Resource">Whose log they are of.</param>
/// <param name="Lines">The lines, oldest first.</param>
public sealed partial record ProofExcerpt(string Title, string Resource, IReadOnlyList<string> Lines)
{
    private const int MostLines = 60;

    /// <summary>Sources write a little before and after the moment at which Lab reads it.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(300);

    /// <summary>Reads what the logs that are kept in memory say of a stage; null where no log can say anything of it.</summary>
    /// <param name="logs">The logs of the boot's run.</param>
    /// <param name="boot">The boot.</param>
    /// <param name="row">The stage.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ProofExcerpt?> ReadAsync(ILogs logs, BootSnapshot boot, WaterfallRow row, CancellationToken cancellationToken)
    {
        var source = row.Source ?? Diagnosis.Component(row.Stage);
        var resource = source is Observation.SerialConsole or Observation.KernelLog or Observation.Bastion ? boot.Node : source;
        if (row is not { From: { } from, To: { } to } || !logs.Logged.Contains(resource))
        {
            return null;
        }

        var (first, last) = (boot.SwitchedOn + from - Tolerance, boot.SwitchedOn + to + Tolerance);
        var lines = new List<string>();
        await foreach (var line in logs.ReadLogAsync(resource, follow: false, cancellationToken))
        {
            if (line.Time >= first && line.Time <= last)
            {
                lines.Add(AnsiText.Plain(line.Text).TrimEnd());
            }
        }

        return resource == Dnsmasq.Name ? OfDnsmasq(row.Stage, boot, lines)
            : source == Observation.KernelLog ? new ProofExcerpt("What its Linux has sent until then", resource, Ends(lines))
            : resource == boot.Node ? new ProofExcerpt("The console until then", resource, Ends(lines))
            : new ProofExcerpt("Its log at that time", resource, Ends(lines));
    }

    /// <summary>The packets of one machine, with their options.</summary>
    /// <remarks>dnsmasq writes all of a packet at once: what it says before the packet's own line, the line with the MAC, the options.</remarks>
    internal static IReadOnlyList<string> PacketsOf(string mac, IEnumerable<string> lines)
    {
        var (mine, before, isMine) = (new List<string>(), new List<string>(), false);
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (Packet().Match(line) is { Success: true } packet)
            {
                isMine = packet.Groups["mac"].Value.Equals(mac, StringComparison.OrdinalIgnoreCase);
                mine.AddRange(isMine ? [.. before, line] : []);
                before.Clear();
            }
            else if (BeforePacket().IsMatch(line))
            {
                isMine = false;
                before.Add(line);
            }
            else if (isMine && Option().IsMatch(line))
            {
                mine.Add(line);
            }
        }

        return mine;
    }

    private static ProofExcerpt OfDnsmasq(BootStage stage, BootSnapshot boot, List<string> lines) =>
        stage == BootStage.Tftp
            ? new ProofExcerpt(
                "The TFTP transfers at that time",
                Dnsmasq.Name,
                Ends([.. lines.Where(line => line.Contains("dnsmasq-tftp", StringComparison.Ordinal))])
            )
            : new ProofExcerpt(
                "The DHCP exchange with its options",
                Dnsmasq.Name,
                Ends(boot.Mac is { } mac ? PacketsOf($"{mac}", lines) : [.. lines.Where(line => line.Contains("dnsmasq-dhcp", StringComparison.Ordinal))])
            );

    private static IReadOnlyList<string> Ends(IReadOnlyList<string> lines) => [.. lines.Where(line => line.Length > 0).TakeLast(MostLines)];

    [GeneratedRegex(@"dnsmasq-dhcp(\[\d+\])?: (\d+ )?DHCP[A-Z]+\(\S+\) ([\d.]+ )?(?<mac>[0-9A-Fa-f:]{17})( |\z)")]
    private static partial Regex Packet();

    [GeneratedRegex(@"dnsmasq-dhcp(\[\d+\])?: (\d+ )?(available DHCP|vendor class|user class|client provides|DHCP)")]
    private static partial Regex BeforePacket();

    [GeneratedRegex(@"dnsmasq-dhcp(\[\d+\])?: (\d+ )?(requested options|tags|sent size|next server|broadcast response|bootfile name|server name|PXE)")]
    private static partial Regex Option();
}
