using System.Globalization;
using System.Text;
using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>A lab file for people to go on with: what is their own, with comments on what to change.</summary>
public static class LabFileText
{
    /// <summary>The name of the schema beside a lab file.</summary>
    public const string SchemaName = "lab.schema.json";

    /// <summary>Where comments begin, if the value leaves room.</summary>
    private const int Column = 35;

    /// <summary>The text of a lab file.</summary>
    /// <param name="draft">What is known. Addresses that it does not say are left to follow from the subnet, so that one line moves the lab.</param>
    /// <exception cref="LabException">The nodes do not fit into the subnet, or a value is not allowed.</exception>
    public static string Write(LabDraft draft)
    {
        var lab = draft.ToDefinition();
        var network = lab.Network;
        var (kind, talks) = (network.As == RehearsedNetwork.Vpc ? "vpc" : "lan", network.InterNodeEgress ? "true" : "false");
        var text = new StringBuilder(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                # yaml-language-server: $schema=./{SchemaName}
                # A network-boot lab. Keys that are left out have their defaults; editors show them, and "lab schema" prints them.
                #   lab check      what cannot work
                #   lab up         bring it up on this machine
                name: {Scalar(lab.Name)}

                network:
                {Commented($"  as: {kind}", "on this machine: lan (a home network) | vpc (what lab-deploy makes on AWS)")}
                {Commented($"  subnet: {network.PrivateSubnet}", "all addresses follow from this line: the server's, DHCP's, the nodes'")}
                {Commented($"  egress: {network.Egress.Id()}", "on AWS: nat-gateway | bastion | ipv6 | none; lab-deploy cost compares them")}
                {Commented($"  interNodeEgress: {talks}", "nodes may send to each other: a cluster of several needs it")}

                boot:
                {Commented($"  image: {Scalar(lab.Boot.Image)}", "Talos, on AWS; here: lab up --image")}

                {Commented("budget:", "on AWS, US dollars a month: what this lab is estimated to cost, rounded up")}
                  monthlyUsd: {lab.Budget.MonthlyUsd}
                  alertUsd: {lab.Budget.AlertUsd}

                {Commented("nodes:", "each gets the next free address; one with address: keeps that")}

                """
            )
        );
        var hasRoles = lab.Nodes.Any(node => node.Role != NodeMachine.ControlPlane);
        foreach (var node in lab.Nodes)
        {
            var role = hasRoles ? $", role: {node.Role}" : "";
            var address = draft.Known.Any(known => known.Name == node.Name && known.Address is not null) ? $", address: {node.Address}" : "";
            text.Append(CultureInfo.InvariantCulture, $"  - {{ name: {Scalar(node.Name)}, mac: \"{node.Mac}\"{address}{role} }}\n");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Commented(string line, string comment) => $"{line, -Column} # {comment}";

    /// <summary>A name, which may look like something else: <c>12</c>, <c>no</c>.</summary>
    internal static string Scalar(string name) =>
        char.IsAsciiLetter(name[0]) && name is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n") ? name : $"\"{name}\"";
}
