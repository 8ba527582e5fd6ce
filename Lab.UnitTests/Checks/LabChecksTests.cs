using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Checks;

public sealed class LabChecksTests
{
    private static readonly DateOnly Day = new(2026, 7, 1);

    [Theory]
    [InlineData("over-budget", "network: {egress: nat-gateway}", "network: {egress: ipv6}")]
    [InlineData("alarm-too-late", "network: {egress: nat-gateway}", "network: {egress: ipv6}")]
    [InlineData("price-unknown", "launch: {instanceType: m8g.medium}", "{}")]
    [InlineData(
        "price-unknown",
        "launch: {instanceType: c7g.large}",
        "{launch: {instanceType: c7g.large}, budget: {prices: [{instanceType: c7g.large, hourlyUsd: 0.08, asOf: 2026-06-01}]}}"
    )]
    [InlineData(
        "price-old",
        "{launch: {instanceType: c7g.large}, budget: {prices: [{instanceType: c7g.large, hourlyUsd: 0.08, asOf: 2025-06-01}]}}",
        "{launch: {instanceType: c7g.large}, budget: {prices: [{instanceType: c7g.large, hourlyUsd: 0.08, asOf: 2026-06-01}]}}"
    )]
    [InlineData("budget-no-alarm", "{}", "budget: {email: a@example.org}")]
    [InlineData("instance-not-free", "bastion: {instanceType: t4g.nano}", "{}")]
    [InlineData("burst-credits", "{}", "bastion: {instanceType: m8g.medium}")]
    [InlineData("dhcp-domain-region", "{}", "network: {dhcpOptions: {domainName: eu-west-1.compute.internal}}")]
    [InlineData("dns-only-bastion", "network: {dhcpOptions: {nameServers: [10.20.13.140]}}", "{}")]
    [InlineData("dns-mixed", "{}", "network: {dhcpOptions: {nameServers: [10.20.0.2]}}")]
    [InlineData("ntp-unreachable", "network: {dhcpOptions: {ntpServers: []}}", "{}")]
    [InlineData("ssh-no-home", "{}", "access: {ipv6: '2001:db8::7'}")]
    [InlineData("ssh-wide", "access: {ipv6: '2001:db8::/64'}", "access: {ipv6: '2001:db8::7'}")]
    [InlineData("ghcr-without-ipv4", "network: {egress: ipv6}", "{network: {egress: ipv6}, boot: {image: 'quay.io/a/b:1'}}")]
    [InlineData("mirror-without-ipv4", "network: {egress: ipv6}", "{network: {egress: ipv6}, mirrors: []}")]
    [InlineData("egress-none", "network: {egress: none}", "{}")]
    [InlineData("egress-black-hole", "network: {egress: bastion}", "{}")]
    [InlineData("egress-public-bastion", "network: {egress: bastion}", "{}")]
    [InlineData("cluster-registry", "cluster: {talos: v1.14.0}", "cluster: {talos: v1.13.6}")]
    [InlineData("cluster-registry", "cluster: {talos: v1.14.0}", "{cluster: {talos: v1.14.0}, network: {internet: nat}}")]
    [InlineData("cluster-registry", "cluster: {talos: v1.13.6, installer: 'factory.talos.dev/a/b:1'}", "cluster: {talos: v1.14.0, installer: 'ghcr.io/a/b:1'}")]
    [InlineData("cluster-registry", "{cluster: {talos: v1.13.6}, mirrors: []}", "mirrors: []")]
    [InlineData("cluster-discovery", "cluster: {talos: v1.13.6}", "cluster: {talos: v1.13.6, cozystack: true, installer: 'ghcr.io/a/b:1'}")]
    [InlineData("cluster-discovery", "cluster: {talos: v1.13.6}", "{cluster: {talos: v1.13.6}, network: {internet: nat}}")]
    [InlineData("ipv6-rehearsed", "network: {ipv6: 'fd00:10:20:13::/64'}", "{}")]
    [InlineData(
        "mirror-path",
        "mirrors: [{registry: docker.io, upstream: 'https://harbor.example/docker-hub', port: 5050}]",
        "mirrors: [{registry: docker.io, upstream: 'https://harbor.example/', port: 5050}]"
    )]
    [InlineData(
        "mirror-path",
        "mirrors: [{registry: '*', upstream: 'https://harbor.example', port: 5050}]",
        "mirrors: [{registry: a.io, upstream: 'https://harbor.example/v2/', port: 5050}]"
    )]
    [InlineData(
        "tailscale-twice",
        "{image: 'ghcr.io/o/spin-tailscale:v1', nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11}, {name: w1, role: worker, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}",
        "{roles: {worker: {image: 'ghcr.io/o/spin-tailscale:v1'}}, nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11}, {name: w1, role: worker, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}"
    )]
    [InlineData(
        "tailscale-twice",
        "{boot: {image: 'ghcr.io/o/tailscale:v1'}, nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11}, {name: w1, role: worker, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}",
        "boot: {image: 'ghcr.io/o/tailscale:v1'}"
    )]
    [InlineData("node-disk", "{}", "launch: {diskGib: 10}")]
    [InlineData("node-memory", "launch: {instanceType: t4g.micro}", "{}")]
    [InlineData(
        "node-small",
        "{nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11}, {name: w1, role: worker, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}",
        "{launch: {instanceType: t4g.medium}, nodes: [{name: cp1, mac: '52:54:00:13:00:01', address: 10.20.13.11}, {name: w1, role: worker, mac: '52:54:00:13:00:02', address: 10.20.13.12}]}"
    )]
    [InlineData("ipxe-metadata-token", "launch: {metadataTokens: required}", "{}")]
    [InlineData("instance-architecture", "launch: {instanceType: t3.small}", "launch: {instanceType: c7gn.medium}")]
    [InlineData("instance-architecture", "bastion: {instanceType: t3.small}", "{}")]
    [InlineData("instance-architecture", "{machine: {arch: amd64}, launch: {instanceType: t4g.medium}}", "machine: {arch: amd64}")]
    [InlineData(
        "instance-architecture",
        "roles: {worker: {arch: amd64, launch: {instanceType: c7g.large}}}\nnodes: [" + Worker + "]",
        "roles: {worker: {arch: amd64}}\nnodes: [" + Worker + "]"
    )]
    [InlineData(
        "instance-architecture",
        "roles: {worker: {launch: {instanceType: t3.small}}}\nnodes: [" + Worker + "]",
        "roles: {worker: {arch: amd64, launch: {instanceType: t3.medium}}}\nnodes: [" + Worker + "]"
    )]
    [InlineData("image-arm64-only", "machine: {arch: amd64}", "{machine: {arch: amd64}, boot: {image: 'ghcr.io/a/b:1'}}")]
    [InlineData("image-arm64-only", "machine: {arch: amd64}", "{machine: {arch: amd64}, launch: {boot: ami, talos: v1.12.3}}")]
    [InlineData("talos-platform", "boot: {arguments: [talos.platform=aws]}", "{}")]
    [InlineData("talos-platform", "machine: {arguments: [talos.platform=aws]}", "{}")]
    [InlineData("ipxe-expansion", "machine: {arguments: ['x=$${uuid}']}", "{}")]
    [InlineData("ipxe-expansion", "boot: {arguments: ['x=$${uuid}']}", "{}")]
    [InlineData("image-latest", "boot: {image: ghcr.io/a/b}", "boot: {image: 'ghcr.io/a/b:1'}")]
    [InlineData("mirror-documents", "boot: {mirrorDocuments: true}", "{}")]
    [InlineData(
        "mirror-documents",
        "boot: {mirrorDocuments: true, image: 'ghcr.io/a/talos:v1.11.5'}",
        "boot: {mirrorDocuments: true, image: 'ghcr.io/a/talos:v1.12.0'}"
    )]
    [InlineData("schedule-days", "bastion: {schedule: {start: 0 12 * * *, stop: 0 17 * * 1-5}}", "{}")]
    [InlineData("nodes-cannot-talk", Two, "{network: {interNodeEgress: true}, " + Two + "}")]
    public void A_defect_is_found_where_it_is_and_only_there(string id, string with, string without)
    {
        Assert.Contains(Run(with), finding => finding.Id == id);
        Assert.DoesNotContain(Run(without), finding => finding.Id == id);
    }

    [Fact]
    public void The_end_of_the_free_trial_is_announced()
    {
        Assert.DoesNotContain(LabChecks.Run(new LabDefinition(), Day), finding => finding.Id == "free-trial-ends");
        Assert.Contains(LabChecks.Run(new LabDefinition(), new DateOnly(2026, 12, 1)), finding => finding.Id == "free-trial-ends");
    }

    [Fact]
    public void Every_finding_says_what_to_do_and_where_it_can_be_read()
    {
        var findings = Run("{network: {egress: bastion}, launch: {instanceType: t3.micro}}");

        Assert.All(findings, finding => Assert.True(finding.Explanation.EndsWith('.') && finding.Remedy.Length > 10 && finding.Source.Scheme == "https"));
        Assert.Equal(findings.OrderByDescending(finding => finding.Severity), findings);
    }

    private const string Worker = "{name: w1, role: worker, mac: '52:54:00:00:00:01', address: 10.20.13.11}";
    private const string Two = "nodes: [{name: a, mac: '52:54:00:00:00:01', address: 10.20.13.11}, {name: b, mac: '52:54:00:00:00:02', address: 10.20.13.12}]";

    private static IReadOnlyList<Finding> Run(string yaml) => LabChecks.Run(LabFile.Parse(yaml, "lab.yaml", _ => null), Day);
}
