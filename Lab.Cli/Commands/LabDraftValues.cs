using System.Net;
using Lab.Model.Input;

namespace LabCli.Commands;

/// <summary>What options and answers of <c>init</c> may be.</summary>
internal static class LabDraftValues
{
    public const string ImageForm = "the name of a container image, like ghcr.io/siderolabs/installer:v1.12.0";

    public const string SubnetForm = "an IPv4 network from /17 to /28, like 192.168.50.0/24";

    public static bool IsImage(string text) => DefinitionRules.IsImage(text);

    public static bool IsSubnet(string text) =>
        IPNetwork.TryParse(text, out var network)
        && network.BaseAddress.GetAddressBytes().Length == 4
        && network.ToString() == text
        && network.PrefixLength is >= 17 and <= 28;
}
