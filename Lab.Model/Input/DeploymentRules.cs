using System.Text.RegularExpressions;
using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>What must hold for the values that only the deployment reads. Limits are those of the AWS API reference.</summary>
internal static partial class DeploymentRules
{
    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) =>
        [.. Bastion(lab.Bastion), .. Launch(lab.Launch), .. Existing(lab.Network), .. DhcpOptions(lab.Network.DhcpOptions), .. Budget(lab.Budget)];

    private static IEnumerable<DefinitionFinding> Bastion(BastionDefinition bastion)
    {
        if (!ResourceName().IsMatch(bastion.Group))
        {
            yield return new("bastion.group", $"'{bastion.Group}' cannot name an Auto Scaling group; allowed: letters, digits, '.', '_' and '-', at most 125");
        }

        if (Type("bastion.instanceType", bastion.InstanceType) is { } type)
        {
            yield return type;
        }

        if (bastion.Schedule.Start.MinuteOfDay == bastion.Schedule.Stop.MinuteOfDay)
        {
            yield return new("bastion.schedule.stop", "the bastion stops at the time at which it starts") { Against = ["bastion.schedule.start"] };
        }
    }

    private static IEnumerable<DefinitionFinding> Launch(LaunchDefinition launch)
    {
        if (!LaunchTemplate().IsMatch(launch.Template))
        {
            yield return new("launch.template", $"'{launch.Template}' cannot name a launch template; allowed: 3 to 125 letters, digits, '.', '_' and '-'");
        }

        if (Type("launch.instanceType", launch.InstanceType) is { } type)
        {
            yield return type;
        }

        if (launch.Talos is { } release && !TalosRelease().IsMatch(release))
        {
            yield return new("launch.talos", $"'{release}' is not a release of Talos; expected one like v1.12.3, or v1.12 for its newest patch");
        }

        if (launch is { Boot: LaunchBoot.Ami, Talos: null })
        {
            yield return new("launch.boot", "with ami the nodes start a release of Talos: say which one with launch.talos, as v1.12.3");
        }

        if (launch is { Boot: LaunchBoot.Ipxe, Talos: not null })
        {
            yield return new("launch.talos", "with boot: ipxe the nodes boot what the bastion serves (boot.image); launch.talos is for boot: ami")
            {
                Against = ["launch.boot"],
            };
        }

        if (launch.Device is { } device && !DeviceName().IsMatch(device))
        {
            yield return new("launch.device", $"'{device}' is not the name of a block device; expected one like /dev/sda1");
        }
    }

    private static IEnumerable<DefinitionFinding> Existing(NetworkDefinition network)
    {
        var existing = network.Existing;
        (string Key, string? Name)[] named =
        [
            ("existing.vpc", existing?.Vpc),
            ("existing.publicSubnet", existing?.PublicSubnet),
            ("existing.privateSubnet", existing?.PrivateSubnet),
            .. network.Zones.Select((zone, index) => ($"zones[{index}].existing", zone.Existing)),
        ];
        foreach (var (index, (key, name)) in named.Index())
        {
            if (name is not null && !TagValue().IsMatch(name))
            {
                yield return new(
                    $"network.{key}",
                    $"'{VisibleText.Of(name)}' cannot be an id or the value of a tag; allowed: letters, digits and +=._:@- (what has another name is named by its id)"
                );
            }

            // A VPC and a subnet may have one name.
            if (name is not null && named.Take(index).Skip(1).FirstOrDefault(other => other.Name == name).Key is { } twice)
            {
                yield return new($"network.{key}", $"{name} is network.{twice} already; the lab needs a subnet for each") { Against = [$"network.{twice}"] };
            }
        }
    }

    private static IEnumerable<DefinitionFinding> DhcpOptions(DhcpOptionsDefinition options)
    {
        if (!DefinitionRules.IsDomainName(options.DomainName))
        {
            yield return new("network.dhcpOptions.domainName", $"'{options.DomainName}' is not a domain name; expected one like eu-west-1.compute.internal");
        }
    }

    private static IEnumerable<DefinitionFinding> Budget(BudgetDefinition budget)
    {
        if (budget.Email is { } email && !Email().IsMatch(email))
        {
            yield return new("budget.email", $"'{email}' is not an e-mail address");
        }

        foreach (var (index, price) in budget.Prices.Index())
        {
            var place = $"budget.prices[{index}].instanceType";
            if (Type(place, price.InstanceType) is { } type)
            {
                yield return type;
            }
            else if (budget.Prices.Take(index).Any(before => before.InstanceType == price.InstanceType))
            {
                yield return new(place, $"{price.InstanceType} has a price already");
            }
        }
    }

    internal static DefinitionFinding? Type(string place, string type) =>
        InstanceType().IsMatch(type) ? null : new(place, $"'{type}' is not an EC2 instance type; expected one like t4g.small");

    [GeneratedRegex(@"\A" + TextForms.Group + @"\z")]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"\A" + TextForms.TalosRelease + @"\z")]
    private static partial Regex TalosRelease();

    [GeneratedRegex(@"\A" + TextForms.LaunchTemplate + @"\z")]
    private static partial Regex LaunchTemplate();

    [GeneratedRegex(@"\A" + TextForms.InstanceType + @"\z")]
    private static partial Regex InstanceType();

    [GeneratedRegex(@"\A" + TextForms.Device + @"\z")]
    private static partial Regex DeviceName();

    [GeneratedRegex(@"\A" + TextForms.TagValue + @"\z")]
    private static partial Regex TagValue();

    [GeneratedRegex(@"\A" + TextForms.Email + @"\z")]
    private static partial Regex Email();
}
