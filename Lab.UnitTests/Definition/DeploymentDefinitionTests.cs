using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Definition;

public sealed class DeploymentDefinitionTests
{
    [Theory]
    [InlineData("network: {egress: nat}", "1:19", "nat-gateway, bastion, ipv6, none")]
    [InlineData("account: free", "1:10", "legacy-free-tier, credits, none")]
    [InlineData("access: {ipv6: 10.0.0.1}", "1:16", "a global IPv6 address like 2001:db8::7")]
    [InlineData("access: {ipv6: 'fe80::1'}", "1:16", "not a global IPv6 address")]
    [InlineData("access: {ipv6: '2001:db8::7/64'}", "1:16", "bits after its prefix")]
    [InlineData("budget: {monthlyUsd: -1}", "1:22", "0 to 1000000 US dollars")]
    [InlineData("budget: {monthlyUsd: much}", "1:22", "a number")]
    [InlineData("budget: {email: nobody}", "1:17", "not an e-mail address")]
    [InlineData("bastion: {create: maybe}", "1:19", "true or false")]
    [InlineData("bastion: {group: a/b}", "1:18", "Auto Scaling group")]
    [InlineData("bastion: {instanceType: small}", "1:25", "t4g.small")]
    [InlineData("bastion: {schedule: {start: 0 25 * * *}}", "1:29", "hour 0 to 23")]
    [InlineData("bastion: {schedule: {start: 0 17 * * *}}", "1:29", "at which it starts")]
    [InlineData("launch: {template: ab}", "1:20", "launch template")]
    [InlineData("launch: {diskGib: 0}", "1:19", "1 to 1024 GiB")]
    [InlineData("launch: {device: sda}", "1:18", "block device")]
    [InlineData("launch: {hoursPerMonth: 745}", "1:25", "744 hours")]
    [InlineData("launch: {metadataTokens: never}", "1:26", "optional, required")]
    [InlineData("network: {dhcpOptions: {nameServers: []}}", "1:38", "1 to 4 name servers")]
    [InlineData("network: {dhcpOptions: {domainName: a_b}}", "1:37", "not a domain name")]
    public void A_wrong_value_is_refused_with_its_place_and_what_is_allowed(string yaml, string place, string allowed)
    {
        var refused = Assert.Throws<DefinitionException>(() => Parse(yaml));

        Assert.StartsWith($"lab.yaml:{place}:", refused.Message);
        Assert.Contains(allowed, refused.Message);
    }

    [Fact]
    public void The_operators_address_comes_from_the_file_or_the_environment()
    {
        Assert.Null(Parse("{}").Access.Ipv6);
        Assert.Equal("2001:db8::9/128", Parse("{}", ("HOME_IPV6", "2001:db8::9")).Access.Ipv6.ToString());
        Assert.Equal("2001:db8::7/128", Parse("access: {ipv6: '2001:db8:0::7'}", ("HOME_IPV6", "2001:db8::9")).Access.Ipv6.ToString());
        Assert.Null(Parse("access:\n  ipv6: ${HOME_IPV6:-}").Access.Ipv6);
        Assert.Contains("HOME_IPV6", Assert.Throws<LabException>(() => Parse("{}", ("HOME_IPV6", "home"))).Message);
    }

    [Fact]
    public void The_defaults_are_the_specifications()
    {
        var lab = new LabDefinition();

        Assert.Equal(
            (Egress.NatGateway, "tf-asg", "cozystack-talos-arm64", 8, 0.08m),
            (lab.Network.Egress, lab.Bastion.Group, lab.Launch.Template, lab.Launch.DiskGib, lab.Budget.AlertUsd)
        );
        Assert.Equal(["10.20.13.140", "10.20.0.2"], lab.Network.DhcpOptions.Servers(lab).Select(server => server.ToString()));
        Assert.Equal(152.1m, lab.Bastion.Schedule.HoursPerMonth());
    }

    [Fact]
    public void Days_of_a_schedule_are_counted() => Assert.Equal(5, DailyTime.Parse("0 12 * * 1-5").DaysPerWeek);

    private static LabDefinition Parse(string yaml, params (string Name, string Value)[] environment) =>
        LabFile.Parse(yaml, "lab.yaml", name => environment.FirstOrDefault(variable => variable.Name == name).Value);
}
