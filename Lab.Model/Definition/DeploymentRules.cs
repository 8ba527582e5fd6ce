using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>What must hold for the values that only the deployment reads. Limits are those of the AWS API reference.</summary>
internal static partial class DeploymentRules
{
    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) => [.. Bastion(lab.Bastion), .. Launch(lab.Launch), .. DhcpOptions(lab.Network.DhcpOptions), .. Budget(lab.Budget)];

    private static IEnumerable<DefinitionFinding> Bastion(BastionDefinition bastion)
    {
        if (!ResourceName().IsMatch(bastion.Group))
        {
            yield return new("bastion.group", $"'{bastion.Group}' cannot name an Auto Scaling group; allowed: letters, digits, '.', '_' and '-', at most 125");
        }

        if (!InstanceType().IsMatch(bastion.InstanceType))
        {
            yield return new("bastion.instanceType", TypeMessage(bastion.InstanceType));
        }

        if (bastion.DiskGib is < 8 or > 1024)
        {
            yield return new("bastion.diskGib", $"the bastion's disk is 8 to 1024 GiB, found {bastion.DiskGib}");
        }

        if (bastion.Schedule.Start.MinuteOfDay == bastion.Schedule.Stop.MinuteOfDay)
        {
            yield return new("bastion.schedule.stop", "the bastion stops at the time at which it starts") { Against = ["bastion.schedule.start"] };
        }
    }

    private static IEnumerable<DefinitionFinding> Launch(LaunchDefinition launch)
    {
        if (launch.Template.Length < 3 || !ResourceName().IsMatch(launch.Template))
        {
            yield return new("launch.template", $"'{launch.Template}' cannot name a launch template; allowed: 3 to 125 letters, digits, '.', '_' and '-'");
        }

        if (!InstanceType().IsMatch(launch.InstanceType))
        {
            yield return new("launch.instanceType", TypeMessage(launch.InstanceType));
        }

        if (launch.DiskGib is < 1 or > 1024)
        {
            yield return new("launch.diskGib", $"a node's disk is 1 to 1024 GiB, found {launch.DiskGib}");
        }

        if (!DeviceName().IsMatch(launch.Device))
        {
            yield return new("launch.device", $"'{launch.Device}' is not the name of a block device; expected one like /dev/sda1");
        }

        if (launch.HoursPerMonth is < 0 or > 744)
        {
            yield return new("launch.hoursPerMonth", $"a month has 0 to 744 hours, found {launch.HoursPerMonth}");
        }
    }

    private static IEnumerable<DefinitionFinding> DhcpOptions(DhcpOptionsDefinition options)
    {
        if (!DefinitionRules.IsDomainName(options.DomainName))
        {
            yield return new("network.dhcpOptions.domainName", $"'{options.DomainName}' is not a domain name; expected one like eu-west-1.compute.internal");
        }

        if (options.NameServers is { Count: 0 or > 4 } servers)
        {
            yield return new("network.dhcpOptions.nameServers", $"a DHCP option set takes 1 to 4 name servers, found {servers.Count}");
        }

        if (options.NtpServers.Count > 4)
        {
            yield return new("network.dhcpOptions.ntpServers", $"a DHCP option set takes at most 4 time servers, found {options.NtpServers.Count}");
        }
    }

    private static IEnumerable<DefinitionFinding> Budget(BudgetDefinition budget)
    {
        if (budget.MonthlyUsd is < 0 or > 1_000_000)
        {
            yield return new("budget.monthlyUsd", $"a budget is 0 to 1000000 US dollars a month, found {budget.MonthlyUsd}");
        }

        if (budget.AlertUsd is <= 0 or > 1_000_000)
        {
            yield return new("budget.alertUsd", $"an alarm is set above 0 and up to 1000000 US dollars, found {budget.AlertUsd}");
        }

        if (budget.Email is { } email && !Email().IsMatch(email))
        {
            yield return new("budget.email", $"'{email}' is not an e-mail address");
        }
    }

    private static string TypeMessage(string type) => $"'{type}' is not an EC2 instance type; expected one like t4g.small";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,124}\z")]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,31}\z")]
    private static partial Regex InstanceType();

    [GeneratedRegex(@"\A/dev/[a-z][a-z0-9]{1,14}\z")]
    private static partial Regex DeviceName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}\.[A-Za-z0-9-]{2,63}\z")]
    private static partial Regex Email();
}
