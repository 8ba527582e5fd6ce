using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>The lab's name server.</summary>
public sealed record DnsDefinition
{
    [Description("Domain of the lab's own names: bastion.DOMAIN and NODE.DOMAIN.")]
    [RegularExpression(TextForms.DomainName)]
    public string Domain { get; init; } = "lab.internal";

    [Description("Domains answered with 0.0.0.0, subdomains included.")]
    [RegularExpression(TextForms.DomainName)]
    public IReadOnlyList<string> Block { get; init; } = ["doubleclick.net", "googlesyndication.com", "google-analytics.com"];
}
