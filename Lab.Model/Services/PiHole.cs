using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>Pi-hole, the bastion's name server on AWS.</summary>
public static class PiHole
{
    /// <summary>Port of its web page; 80 is left free.</summary>
    public const int WebPort = 8053;

    /// <summary>The variable of Pi-hole 5 that sets the password of the web page.</summary>
    public const string PasswordVariable = "WEBPASSWORD";

    /// <summary>A file for Pi-hole's <c>/etc/dnsmasq.d</c>: the lab's names and its block list.</summary>
    public static string Records(LabDefinition lab) => string.Join('\n', [$"# Names of lab {lab.Name}.", .. NameServer.Records(lab), ""]);
}
