using System.Net.Sockets;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// The VPC's resolver: names of the instances by their addresses, and the names of what the lab uses on the internet. Other names do not
/// exist. As on AWS it is asked and answers whatever routes and security groups say.
/// </summary>
internal static class VpcNames
{
    /// <summary>The resolver's name in logs.</summary>
    public const string Resolver = "vpc-resolver";

    /// <summary>The public name server's name in logs.</summary>
    public const string PublicDns = "internet-dns";

    /// <summary>The domain of the region's hosts.</summary>
    public static string DomainName(this VpcState vpc) => vpc.Dhcp.DomainName ?? InternalDomain(vpc);

    /// <summary>The host name of an interface: <c>ip-10-20-13-11</c>.</summary>
    public static string Label(VpcInterface one) => $"ip-{one.AddressOf(AddressFamily.InterNetwork)}".Replace('.', '-');

    /// <summary>The configuration of a name server.</summary>
    /// <param name="listen">Its addresses.</param>
    /// <param name="table">Path of its names.</param>
    /// <param name="domains">Domains that it knows everything about.</param>
    public static string Config(IEnumerable<string> listen, string table, params IEnumerable<string> domains) =>
        string.Join(
            '\n',
            [
                "bind-dynamic",
                $"listen-address={string.Join(',', listen)}",
                "no-resolv",
                "no-hosts",
                $"addn-hosts={ConfigPath.Quote(table)}",
                .. domains.Select(domain => $"local=/{domain}/"),
                "log-queries",
                "",
            ]
        );

    /// <summary>The names that the resolver knows beside those of the internet.</summary>
    public static string Table(VpcState vpc) =>
        string.Concat(
            vpc.Interfaces.Where(one => one.AddressOf(AddressFamily.InterNetwork) is not null)
                .Select(one => $"{one.AddressOf(AddressFamily.InterNetwork)} {Label(one)}.{InternalDomain(vpc)}\n")
        );

    /// <summary>The names of the internet.</summary>
    public static string Table(IEnumerable<Dependency> internet) =>
        string.Concat(internet.DistinctBy(one => one.Name).Select(one => $"{one.Ipv4} {one.Name}\n{(one.Ipv6 is { } ipv6 ? $"{ipv6} {one.Name}\n" : "")}"));

    /// <summary>https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html</summary>
    public static string InternalDomain(VpcState vpc) => vpc.Region == "us-east-1" ? "ec2.internal" : $"{vpc.Region}.compute.internal";
}
