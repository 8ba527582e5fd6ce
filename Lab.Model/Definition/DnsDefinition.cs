using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>The lab's name server.</summary>
public sealed record DnsDefinition
{
    [Description("Domain of the lab's own names: bastion.DOMAIN and NODE.DOMAIN.")]
    public string Domain { get; init; } = "lab.internal";

    [Description("Domains answered with 0.0.0.0, subdomains included.")]
    public IReadOnlyList<string> Block { get; init; } = ["doubleclick.net", "googlesyndication.com", "google-analytics.com"];
}
