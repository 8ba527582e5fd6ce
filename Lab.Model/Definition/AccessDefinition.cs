using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>Who may reach the bastion from outside.</summary>
public sealed record AccessDefinition
{
    /// <summary>Null when neither the file nor the environment variable <c>HOME_IPV6</c> names one: then nobody has SSH access.</summary>
    [Description("IPv6 address of the operator at home, which may reach the bastion's SSH; without it the environment variable HOME_IPV6.")]
    [Example("2001:db8::7")]
    public HomeAddress? Ipv6 { get; init; }
}
