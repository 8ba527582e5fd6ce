using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Model;

public sealed class DefinitionRulesTests
{
    private const string Node = "name: a, mac: '52:54:00:13:00:01', address: 10.20.13.11";

    [Fact]
    public void The_defaults_break_no_rule() => Assert.Empty(DefinitionRules.Check(new LabDefinition()));

    [Theory]
    [InlineData("name: Lab", "1:7", "cannot be a name")]
    [InlineData("name: a.b", "1:7", "cannot be a name")]
    [InlineData("region: ireland", "1:9", "not the name of an AWS region")]
    [InlineData(
        "region: us-east-1",
        "1:9",
        "zone 'eu-west-1a' is not in region us-east-1; expected us-east-1 and a letter, like us-east-1a (zone is a default: the file does not say it)"
    )]
    [InlineData("network: { vpc: 10.30.0.0/16 }", "1:17", "subnet 10.20.13.0/24 is not in the VPC 10.30.0.0/16 (network.privateSubnet is a default")]
    [InlineData("network: { subnet: 127.0.0.0/24 }", "1:20", "127.0.0.0/24 is of the addresses of a machine for itself (loopback, 127.0.0.0/8)")]
    [InlineData("network: { subnet: 224.0.0.0/24 }", "1:20", "224.0.0.0/24 is of the addresses of groups (multicast, 224.0.0.0/4)")]
    [InlineData("network: { subnet: 169.254.169.0/24 }", "1:20", "(link-local, 169.254.0.0/16), which no network of machines can have")]
    [InlineData("network: { publicSubnet: 10.20.1.0/29 }", "1:26", "a subnet is a /28 or larger, found /29")]
    [InlineData(
        "network: { privateSubnet: 10.20.14.0/24 }",
        "1:27",
        "10.20.13.140 is not an address of the private subnet 10.20.14.0/24; allowed: 10.20.14.1 to 10.20.14.254 (bastion.address is a default"
    )]
    [InlineData("network: { privateSubnet: 10.20.14.0/24 }", "1:27", "(dhcp.first is a default")]
    [InlineData("network: { privateSubnet: 10.20.14.0/24 }", "1:27", "(nodes[0].address is a default")]
    [InlineData("network: { dhcpOptions: { domainName: '-' } }", "1:39", "'-' is not a domain name")]
    [InlineData("network: { dhcpOptions: { nameServers: [] } }", "1:40", "1 to 4 name servers, found 0")]
    [InlineData("network: { dhcpOptions: { ntpServers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4, 1.1.1.5] } }", "1:39", "at most 4 time servers, found 5")]
    [InlineData("dhcp: { first: 10.20.14.1 }", "1:16", "10.20.14.1 is not an address of the private subnet")]
    [InlineData("dhcp: { first: 10.20.13.10 }", "1:16", "10.20.13.140 lies in the DHCP range 10.20.13.10 to")]
    [InlineData("dhcp: { first: 10.20.13.10 }", "1:16", "10.20.13.11 lies in the DHCP range")]
    [InlineData("dhcp: { first: 10.20.13.250 }", "1:16", "before its first address 10.20.13.250 (dhcp.last is a default")]
    [InlineData("bastion: { group: '-' }", "1:19", "'-' cannot name an Auto Scaling group")]
    [InlineData("bastion: { instanceType: big }", "1:26", "'big' is not an EC2 instance type")]
    [InlineData("bastion: { diskGib: 7 }", "1:21", "8 to 1024 GiB, found 7")]
    [InlineData("bastion: { schedule: { start: '0 17 * * *' } }", "1:31", "stops at the time at which it starts (bastion.schedule.stop is a default")]
    [InlineData("launch: { template: x }", "1:21", "'x' cannot name a launch template")]
    [InlineData("launch: { instanceType: big }", "1:25", "'big' is not an EC2 instance type")]
    [InlineData("launch: { diskGib: 0 }", "1:20", "1 to 1024 GiB, found 0")]
    [InlineData("launch: { device: sda }", "1:19", "'sda' is not the name of a block device")]
    [InlineData("launch: { hoursPerMonth: 745 }", "1:26", "a month has 0 to 744 hours, found 745")]
    [InlineData("budget: { monthlyUsd: -1 }", "1:23", "0 to 1000000 US dollars a month, found -1")]
    [InlineData("budget: { alertUsd: 0 }", "1:21", "above 0 and up to 1000000 US dollars, found 0")]
    [InlineData("budget: { email: me }", "1:18", "'me' is not an e-mail address")]
    [InlineData("images: { piHole: '-x' }", "1:19", "'-x' is not the name of a container image")]
    [InlineData("mirrors:\n- { registry: '-', upstream: 'https://a.io', port: 5050 }", "2:15", "'-' is not the host name of a registry")]
    [InlineData("mirrors:\n- { registry: a.io, upstream: 'https://a.io', port: 53 }", "2:53", "name server's")]
    [InlineData(
        "mirrors:\n- { registry: '*', upstream: 'https://a.io', port: 5050, login: true }",
        "2:65",
        "you are logged in at a registry, and * is none; give that registry a mirror of its own"
    )]
    [InlineData(
        "roles: { gateway: { single: true } }\nnodes:\n- { name: a, role: gateway, mac: '52:54:00:13:00:01', address: 10.20.13.11 }\n- { name: b, role: gateway, mac: '52:54:00:13:00:02', address: 10.20.13.12 }",
        "4:20",
        "role gateway may be filled once, and a and b have it"
    )]
    [InlineData("mirrors:\n- { registry: a.io, upstream: 'https://a.io', port: 8080 }", "2:53", "port 8080 is taken already, by bastion.bootPort")]
    [InlineData("nodes:\n- { name: bastion, mac: '52:54:00:13:00:01', address: 10.20.13.11 }", "2:11", "name bastion is taken already, by the bastion itself")]
    [InlineData("nodes:\n- { name: dnsmasq, mac: '52:54:00:13:00:01', address: 10.20.13.11 }", "2:11", "name dnsmasq is taken already, by the lab's")]
    [InlineData("nodes:\n- { name: ignore, mac: '52:54:00:13:00:01', address: 10.20.13.11 }", "2:11", "'ignore' means something else to dnsmasq")]
    [InlineData("nodes:\n- { name: 45m, mac: '52:54:00:13:00:01', address: 10.20.13.11 }", "2:11", "'45m' means something else to dnsmasq")]
    [InlineData("nodes:\n- { name: A, mac: '52:54:00:13:00:01', address: 10.20.13.11 }", "2:11", "'A' cannot be a name")]
    [InlineData("nodes:\n- { name: a, mac: '52:54:00:13:00:01', address: 10.20.14.11 }", "2:49", "not an address of the private subnet")]
    [InlineData("network:\n  zones:\n  - { zone: eu-west-1a, privateSubnet: 10.20.14.0/24 }", "3:13", "zone eu-west-1a is taken already, by zone")]
    [InlineData("network:\n  zones:\n  - { zone: us-east-1a, privateSubnet: 10.20.14.0/24 }", "3:13", "zone 'us-east-1a' is not in region eu-west-1")]
    [InlineData("network:\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.13.128/25 }", "3:40", "subnets 10.20.13.0/24 and 10.20.13.128/25 overlap")]
    [InlineData("network:\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.30.14.0/24 }", "3:40", "subnet 10.30.14.0/24 is not in the VPC 10.20.0.0/16")]
    [InlineData("network:\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.14.0/24, existing: subnet-1 }", "3:65", "only with network.existing")]
    [InlineData(
        "network:\n  existing: { vpc: v, publicSubnet: o, privateSubnet: p }\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }",
        "4:13",
        "each zone names its subnet that is there: set existing"
    )]
    [InlineData(
        "network:\n  existing: { vpc: v, publicSubnet: o, privateSubnet: p }\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.14.0/24, existing: p }",
        "4:65",
        "p is network.existing.privateSubnet already"
    )]
    [InlineData("roles:\n  worker: { launch: { image: a b } }", "2:30", "'a b' is not the name of a container image")]
    [InlineData(
        "launch: { boot: ami, talos: v1.12.3 }\nroles:\n  worker: { launch: { image: 'ghcr.io/example/talos:v1.12.3' } }",
        "3:30",
        "with launch.boot: ami all nodes start the release of launch.talos"
    )]
    [InlineData(
        "roles:\n  worker: { launch: { zone: eu-west-1b } }",
        "2:29",
        "the lab has no private subnet in eu-west-1b; add the zone with one to network.zones"
    )]
    [InlineData(
        "network:\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }\nnodes:\n- { " + Node + ", launch: { zone: eu-west-1b } }",
        "5:49",
        "10.20.13.11 is not in 10.20.14.0/24, the private subnet of the node's zone eu-west-1b; give the node an address of that for AWS, as launch.privateAddress"
    )]
    [InlineData(
        "network:\n  zones:\n  - { zone: eu-west-1b, privateSubnet: 10.20.14.0/24 }\nnodes:\n- { "
            + Node
            + ", launch: { zone: eu-west-1b, privateAddress: 10.20.14.2 } }",
        "5:106",
        "10.20.14.2 is one of the first addresses of the subnet 10.20.14.0/24, which AWS keeps; the first free one is 10.20.14.4"
    )]
    [InlineData("zone: us-east-1a", "1:7", "zone 'us-east-1a' is not in region eu-west-1")]
    [InlineData("network: { publicSubnet: 10.30.1.0/24 }", "1:26", "subnet 10.30.1.0/24 is not in the VPC 10.20.0.0/16")]
    [InlineData("network: { publicSubnet: 10.20.13.0/25 }", "1:26", "overlap (network.privateSubnet is a default: the file does not say it)")]
    [InlineData("network: { vpc: 10.0.0.0/8 }", "1:17", "a VPC is a /16 to a /28")]
    [InlineData("boot: { mirrorDocuments: true, arguments: ['a=b', 'talos.config=http://10.0.0.1/'] }", "1:51", "gives the node a talos.config already")]
    [InlineData(
        "bastion: { address: 10.20.14.1 }",
        "1:21",
        "10.20.14.1 is not an address of the private subnet 10.20.13.0/24; allowed: 10.20.13.1 to 10.20.13.254"
    )]
    [InlineData("bastion: { address: 10.20.13.255 }", "1:21", "not an address of the private subnet")]
    [InlineData("bastion: { address: 10.20.13.160 }", "1:21", "lies in the DHCP range")]
    [InlineData(
        "bastion: { address: 10.20.13.11 }",
        "1:21",
        "address 10.20.13.11 is taken already, by bastion.address (nodes[0].address is a default: the file does not say it)"
    )]
    [InlineData("bastion: { bootPort: 53 }", "1:22", "name server's")]
    [InlineData(
        "bastion: { bootPort: 5052 }",
        "1:22",
        "port 5052 is taken already, by bastion.bootPort (mirrors[2].port is a default: the file does not say it)"
    )]
    [InlineData("dhcp: { last: 10.20.13.149 }", "1:15", "before its first address")]
    [InlineData("dhcp: { leaseMinutes: 1 }", "1:23", "2 to 525600")]
    [InlineData("boot: { arguments: [quiet, 'a b'] }", "1:28", "'a b' is not one kernel argument")]
    [InlineData("caches: { limitGib: 0 }", "1:21", "a cache keeps 1 to 10000 GiB, found 0")]
    [InlineData("dns: { domain: '-' }", "1:16", "not a domain name")]
    [InlineData("dns: { block: [a.com, 'b b'] }", "1:23", "'b b' is not a domain name")]
    [InlineData(
        "nodes:\n- { " + Node + " }\n- { name: a, mac: '52:54:00:13:00:02', address: 10.20.13.12 }",
        "3:11",
        "name a is taken already, by nodes[0].name"
    )]
    [InlineData(
        "nodes:\n- { " + Node + " }\n- { name: b, mac: '52:54:00:13:00:01', address: 10.20.13.12 }",
        "3:19",
        "MAC 52:54:00:13:00:01 is taken already, by nodes[0].mac"
    )]
    [InlineData(
        "nodes:\n- { " + Node + " }\n- { name: b, mac: '52:54:00:13:00:02', address: 10.20.13.11 }",
        "3:49",
        "address 10.20.13.11 is taken already, by nodes[0].address"
    )]
    [InlineData("nodes:\n- { name: a, mac: '01:00:00:00:00:01', address: 10.20.13.11 }", "2:19", "not the address of one interface")]
    [InlineData("nodes:\n- { name: a, mac: '52:54:00:13:00:01', address: 10.20.13.151 }", "2:49", "lies in the DHCP range")]
    [InlineData("machine: { console: \"console=ttyS2,1500000\" }", "1:21", "leave out console=: ttyS2,1500000")]
    [InlineData("machine: { console: \"/dev/ttyS2\" }", "1:21", "expected a serial console as Linux calls it, such as ttyS2,1500000")]
    [InlineData("nodes:\n- { " + Node + ", memoryMib: 64 }", "2:73", "memory is 256 to 65536 MiB, found 64")]
    [InlineData("nodes:\n- { " + Node + ", diskGib: 1025 }", "2:71", "a node's disk is 1 to 1024 GiB, or 0 for none, found 1025")]
    [InlineData("machine: { disks: [{ gib: 2 }, { gib: 2000 }] }", "1:39", "a disk is 1 to 1024 GiB, found 2000")]
    [InlineData("machine: { diskGib: 2, disks: [] }", "1:21", "leave out diskGib, which is short for one")]
    [InlineData("boot: { mirrorDocuments: true }\nmachine: { arguments: ['talos.config=x'] }", "2:24", "gives the node a talos.config already")]
    [InlineData("roles: { Gateway: {} }", "1:10", "'Gateway' cannot be a name")]
    [InlineData("roles:\n  gateway:\n    cpus: 100", "3:11", "a machine has 1 to 64 processors, found 100")]
    [InlineData("roles: { gateway: { image: 'a b' } }", "1:28", "'a b' cannot name an image; expected a release of Talos like v1.12.3, an image of a")]
    [InlineData("roles: { gateway: { launch: { instanceType: big } } }", "1:45", "'big' is not an EC2 instance type")]
    [InlineData("roles: { gateway: { launch: { zone: us-east-1a } } }", "1:37", "zone 'us-east-1a' is not in region eu-west-1")]
    [InlineData("nodes:\n- { " + Node + ", role: wroker }", "2:68", "there is no role 'wroker'; did you mean 'worker'? allowed: controlplane, worker")]
    [InlineData("nodes:\n- { " + Node + ", nics: 2 }\n- { name: b, mac: '52:54:01:13:00:01', address: 10.20.13.12 }", "3:19", "MAC 52:54:01:13:00:01 is taken")]
    [InlineData("nodes:\n- { " + Node + ", launch: { privateAddress: 10.20.13.140 } }", "2:88", "taken already, by bastion.address")]
    [InlineData("nodes:\n- { " + Node + ", launch: { privateAddress: 10.20.14.20 } }", "2:88", "not an address of the private subnet")]
    [InlineData("nodes:\n- { " + Node + ", launch: { privateAddress: 10.20.13.3 } }", "2:88", "which AWS keeps; the first free one is 10.20.13.4")]
    [InlineData(
        "nodes:\n- { " + Node + ", launch: { privateAddress: 10.20.13.20, zone: eu-west-1b } }",
        "2:107",
        "the lab has no private subnet in eu-west-1b"
    )]
    [InlineData(
        "mirrors:\n- { registry: a.io, upstream: 'https://a.io', port: 5050 }\n- { registry: b.io, upstream: 'https://b.io', port: 5050 }",
        "3:53",
        "port 5050 is taken already, by mirrors[0].port"
    )]
    [InlineData(
        "mirrors:\n- { registry: a.io, upstream: 'https://a.io', port: 5050 }\n- { registry: a.io, upstream: 'https://b.io', port: 5051 }",
        "3:15",
        "registry a.io is taken already, by mirrors[0].registry"
    )]
    public void A_broken_rule_is_named_with_the_place_of_the_value(string yaml, string place, string message)
    {
        var error = Assert.Throws<DefinitionException>(() => LabFile.Parse(yaml, "lab.yaml", _ => null));
        Assert.Contains(
            error.Message.Split('\n'),
            line => line.StartsWith($"lab.yaml:{place}: ", StringComparison.Ordinal) && line.Contains(message, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("lab.yaml:1:1: ", error.Message);
    }
}
