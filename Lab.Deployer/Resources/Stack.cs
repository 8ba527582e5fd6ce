using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Resources;

/// <summary>Everything that a lab consists of on AWS, in an order in which each comes after what it needs.</summary>
internal sealed class Stack
{
    /// <summary>The bastion's port for SSH.</summary>
    private const int SshPort = 22;

    private const string AllIpv4 = "0.0.0.0/0";
    private const string AllIpv6 = "::/0";

    private Stack(IReadOnlyList<Resource> resources) => Resources = resources;

    /// <summary>The resources, and those that another design would have.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>The resources for a definition.</summary>
    /// <exception cref="LabException">There is no bastion group and none shall be created, or no image for the nodes.</exception>
    public static Stack Build(LabDefinition lab, Surroundings surroundings)
    {
        var network = new NetworkParts(lab);
        return new Stack([.. network.All, .. Bastion(lab, surroundings, network), .. Node(lab, surroundings, network), Budget(lab, surroundings)]);
    }

    /// <summary>The resources that may exist, for removing them: what cannot be built for lack of something is left out.</summary>
    public static Stack BuildForRemoval(LabDefinition lab, Surroundings surroundings)
    {
        var network = new NetworkParts(lab);
        var hasBastion = surroundings.Adopted is not null || surroundings.HasOwnGroup || lab.Bastion.Create;
        return new Stack([.. network.All, .. hasBastion ? Bastion(lab, surroundings, network) : [], NodeTemplate.Create(lab, "", network.Private, network.NodesGroup), Budget(lab, surroundings)]);
    }

    /// <summary>The network, of whose bastion rules only the operator's is looked at.</summary>
    public static Stack BuildForAccess(LabDefinition lab) => new(new NetworkParts(lab, IsOperator).All);

    /// <summary>True for what names the operator's address: the bastion's rules, and without a default route that of the answers.</summary>
    public static bool NamesOperator(LabDefinition lab, Resource resource) => resource.Id == "rules/bastion-sg" || (resource.Id == "routes/private" && lab.Network.Egress == Egress.None);

    private static bool IsOperator(SecurityRule rule) => rule is { IsIngress: true, FromPort: SshPort, ToPort: SshPort } && rule.Peer.Contains(':');

    private static IEnumerable<Resource> Bastion(LabDefinition lab, Surroundings surroundings, NetworkParts network)
    {
        if (surroundings.Adopted is null && !surroundings.HasOwnGroup && !lab.Bastion.Create)
        {
            throw new LabException($"There is no Auto Scaling group {lab.Bastion.Group} in {lab.Region}. Name the bastion's group in bastion.group, or set bastion.create: true.");
        }

        var home = lab.Network.Egress == Egress.Bastion ? network.Public : network.Private;
        var role = new BastionRole(lab) { Phase = 2, IsWanted = surroundings.Profile is null };
        var profile = new BastionProfile(lab, role) { Phase = 2, IsWanted = surroundings.Profile is null };
        var policy = new BastionPolicy(lab, surroundings.Role ?? BastionRole.NameOf(lab), surroundings.Profile is null ? role : null) { Phase = 2 };
        yield return role;
        yield return profile;
        yield return policy;
        if (surroundings.Adopted is { } adopted)
        {
            var version = new AdoptedTemplate(lab, adopted, home, network.BastionGroup, [profile, policy, network.Interface]) { Phase = 2 };
            yield return version;
            yield return new AdoptedGroup(lab, adopted, home, version, network.PrivateRoutes) { Phase = 2 };
        }
        else
        {
            var template = BastionTemplate.Create(lab, home, network.BastionGroup, profile);
            yield return template;
            yield return new CreatedGroup(lab, home, template, policy, network.Interface, network.PrivateRoutes) { Phase = 2 };
        }
    }

    private static IEnumerable<Resource> Node(LabDefinition lab, Surroundings surroundings, NetworkParts network)
    {
        var image = surroundings.NodeImage ?? throw new LabException($"No official iPXE image for arm64 is found in {lab.Region} (owner 833372943033, name iPXE*). Choose a region that has one.");
        yield return NodeTemplate.Create(lab, image.Id, network.Private, network.NodesGroup);
    }

    private static BudgetAlarm Budget(LabDefinition lab, Surroundings surroundings) => new(lab, surroundings.Account) { Phase = 1, IsWanted = lab.Budget.Email is not null };

    /// <summary>The first phase, and the bastion's interface.</summary>
    private sealed class NetworkParts
    {
        public NetworkParts(LabDefinition lab, Func<SecurityRule, bool>? bastionScope = null)
        {
            var vpc = new Vpc(lab) { Phase = 1 };
            var gateway = new InternetGateway(lab, vpc) { Phase = 1 };
            Public = new Subnet(lab, vpc, "public", lab.Network.PublicSubnet, 0) { Phase = 1 };
            Private = new Subnet(lab, vpc, "private", lab.Network.PrivateSubnet, 1) { Phase = 1 };
            BastionGroup = new SecurityGroup(lab, vpc, "bastion-sg", "The bastion") { Phase = 1 };
            NodesGroup = new SecurityGroup(lab, vpc, "talos-nodes-sg", "The Talos nodes") { Phase = 1 };
            Interface = new BastionInterface(lab, Private, BastionGroup) { Phase = 2 };
            var hasNat = lab.Network.Egress == Egress.NatGateway;
            var address = new ElasticAddress(lab) { Phase = 1, IsWanted = hasNat };
            var nat = new NatGateway(lab, Public, address, gateway) { Phase = 1, IsWanted = hasNat };
            var publicRoutes = new RouteTable(lab, vpc, "public", Public, new Dictionary<string, Resource> { [AllIpv4] = gateway, [AllIpv6] = gateway }) { Phase = 1 };
            PrivateRoutes = new RouteTable(lab, vpc, "private", Private, PrivateTargets(lab, gateway, nat, Interface)) { Phase = 1 };
            All =
            [
                vpc, gateway, Public, Private, BastionGroup, NodesGroup,
                new SecurityRules(BastionGroup, NodesGroup, (own, other) => BastionRules(lab, other), bastionScope) { Phase = 1 },
                new SecurityRules(NodesGroup, BastionGroup, (own, other) => NodeRules(lab, own, other)) { Phase = 1 },
                new DhcpOptions(lab, vpc) { Phase = 1 },
                address, nat, publicRoutes, Interface, PrivateRoutes,
            ];
        }

        public IReadOnlyList<Resource> All { get; }

        public Subnet Public { get; }

        public Subnet Private { get; }

        public SecurityGroup BastionGroup { get; }

        public SecurityGroup NodesGroup { get; }

        public BastionInterface Interface { get; }

        public RouteTable PrivateRoutes { get; }

        private static Dictionary<string, Resource> PrivateTargets(LabDefinition lab, InternetGateway gateway, NatGateway nat, BastionInterface bastion)
        {
            // SSH from the operator comes over IPv6, and its answers leave by the internet gateway: an egress-only one would not let it in.
            var routes = new Dictionary<string, Resource>();
            if (lab.Network.Egress != Egress.None)
            {
                routes[AllIpv6] = gateway;
            }
            else if (lab.Access.Ipv6 is { } home)
            {
                routes[home.ToString()] = gateway;
            }

            if (lab.Network.Egress is Egress.NatGateway or Egress.Bastion)
            {
                routes[AllIpv4] = lab.Network.Egress == Egress.NatGateway ? nat : bastion;
            }

            return routes;
        }

        private static IReadOnlyList<SecurityRule> BastionRules(LabDefinition lab, string nodes) =>
        [
            .. lab.Access.Ipv6 is { } home ? [SecurityRule.Tcp(isIngress: true, SshPort, home.ToString())] : Array.Empty<SecurityRule>(),
            SecurityRule.All(isIngress: true, nodes),
            SecurityRule.All(isIngress: false, AllIpv4),
            // Without an IPv4 way out the bastion uses IPv6; the specification's rules know only IPv4.
            .. lab.Network.Egress == Egress.Ipv6 ? [SecurityRule.All(isIngress: false, AllIpv6)] : Array.Empty<SecurityRule>(),
        ];

        private static IReadOnlyList<SecurityRule> NodeRules(LabDefinition lab, string nodes, string bastion) =>
        [
            SecurityRule.All(isIngress: true, bastion),
            SecurityRule.All(isIngress: true, nodes),
            SecurityRule.All(isIngress: false, bastion),
            SecurityRule.Tcp(isIngress: false, 443, AllIpv4),
            .. lab.Network.InterNodeEgress ? [SecurityRule.All(isIngress: false, nodes)] : Array.Empty<SecurityRule>(),
        ];
    }
}
