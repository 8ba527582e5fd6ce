using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Network;
using Lab.Model.Rendering;

namespace Lab.Deployment.Resources;

/// <summary>Everything that a lab consists of on AWS, in an order in which each comes after what it needs.</summary>
internal sealed class Stack
{
    private Stack(IReadOnlyList<Resource> resources) => Resources = resources;

    /// <summary>The resources, and those that another design would have.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>The resources for a definition.</summary>
    /// <exception cref="LabException">There is no bastion group and none shall be created, or no image for the nodes.</exception>
    public static Stack Build(LabDefinition lab, Surroundings surroundings)
    {
        var network = new NetworkParts(lab, surroundings.Existing, surroundings.LeftSubnets);
        return new Stack([.. network.All, .. Bastion(lab, surroundings, network), .. Node(lab, surroundings, network), Budget(lab, surroundings)]);
    }

    /// <summary>The resources that may exist, for removing them: what cannot be built for lack of something is left out.</summary>
    public static Stack BuildForRemoval(LabDefinition lab, Surroundings surroundings)
    {
        var network = new NetworkParts(lab, surroundings.Existing, surroundings.LeftSubnets);
        var hasBastion = surroundings.Adopted is not null || surroundings.HasOwnGroup || lab.Bastion.Create || surroundings.IsEmulated;
        return new Stack([
            .. network.All,
            .. hasBastion ? Bastion(lab, surroundings, network) : [],
            NodeTemplate.Create(lab, "", network.Private, network.NodesGroup),
            Budget(lab, surroundings),
        ]);
    }

    /// <summary>The network, of whose bastion rules only the operator's is looked at.</summary>
    public static Stack BuildForAccess(LabDefinition lab, ExistingNetwork? existing) => new(new NetworkParts(lab, existing, [], IsOperator).All);

    /// <summary>True for what names the operator's address: the bastion's rules, and without a default route that of the answers.</summary>
    public static bool NamesOperator(LabDefinition lab, Resource resource) =>
        resource.Id == "rules/bastion-sg" || (resource.Id == "routes/private" && lab.Network.Egress == Egress.None);

    private static bool IsOperator(SecurityRule rule) =>
        rule is { IsIngress: true, FromPort: NetworkDesign.SshPort, ToPort: NetworkDesign.SshPort } && rule.Peer.Contains(':');

    private static IEnumerable<Resource> Bastion(LabDefinition lab, Surroundings surroundings, NetworkParts network)
    {
        if (surroundings.Adopted is null && !surroundings.HasOwnGroup && !lab.Bastion.Create && !surroundings.IsEmulated)
        {
            throw new LabException(
                $"There is no Auto Scaling group {lab.Bastion.Group} in {lab.Region}. Name the bastion's group in bastion.group, or set bastion.create: true."
            );
        }

        var home = NetworkDesign.IsBastionPublic(lab) ? network.Public : network.Private;
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
            if (!surroundings.IsLeftover)
            {
                yield return new AdoptedGroup(lab, adopted, home, version, network.PrivateRoutes) { Phase = 2 };
            }
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
        if (NodeImages.AllOf(lab).FirstOrDefault(wanted => surroundings.Images[wanted.Architecture] is null) is { } missing)
        {
            throw new LabException(
                $"No {missing.What} for {missing.Architecture.Id()} is found in {lab.Region} (owner {missing.Publisher}, name {missing.Names}). Choose {(lab.Launch.Boot == LaunchBoot.Ami ? "another launch.talos, or " : "")}a region that has one."
            );
        }

        var image = surroundings.Images[NodeLaunch.Further(lab).Architecture]!;
        yield return NodeTemplate.Create(lab, image.Id, network.Private, network.NodesGroup);
    }

    private static BudgetAlarm Budget(LabDefinition lab, Surroundings surroundings) =>
        new(lab, surroundings.Account) { Phase = 1, IsWanted = lab.Budget.Email is not null && !surroundings.LacksBudgets };

    /// <summary>The first phase, and the bastion's interface.</summary>
    private sealed class NetworkParts
    {
        public NetworkParts(LabDefinition lab, ExistingNetwork? existing, IReadOnlyList<SubnetPlace> left, Func<SecurityRule, bool>? bastionScope = null)
        {
            var own = existing is null ? new OwnNetwork(lab, left) : null;
            var vpc = existing?.VpcPart ?? (Resource)own!.Vpc;
            var gateway = existing?.GatewayPart ?? (Resource)own!.Gateway;
            Public = existing?.PublicPart ?? (Resource)own!.Public;
            Private = existing?.PrivatePart ?? (Resource)own!.Private;
            BastionGroup = new SecurityGroup(lab, vpc, NetworkDesign.BastionGroup, "The bastion") { Phase = 1 };
            NodesGroup = new SecurityGroup(lab, vpc, NetworkDesign.NodesGroup, "The Talos nodes") { Phase = 1 };
            Interface = new BastionInterface(lab, Private, BastionGroup) { Phase = 2 };
            var hasNat = NetworkDesign.HasNatGateway(lab) && existing?.NatGateway is null;
            var address = new ElasticAddress(lab) { Phase = 1, IsWanted = hasNat };
            var nat = new NatGateway(lab, Public, address, gateway) { Phase = 1, IsWanted = hasNat };
            Dictionary<string, Resource> Targets(IEnumerable<DesignedRoute> routes) =>
                routes.ToDictionary(
                    route => route.Destination,
                    route =>
                        route.Target switch
                        {
                            RouteTarget.InternetGateway => gateway,
                            RouteTarget.NatGateway => nat,
                            _ => (Resource)Interface,
                        }
                );
            PrivateRoutes = existing is null
                ? new RouteTable(lab, own!.Vpc, "private", [own.Private, .. own.Zones], Targets(NetworkDesign.PrivateRoutes(lab))) { Phase = 1 }
                : new AddedRoutes(lab, existing.PrivateTable?.RouteTableId ?? World.Unknown, Targets(existing.Added)) { Phase = 1 };
            All =
            [
                vpc,
                gateway,
                Public,
                Private,
                .. existing?.ZoneParts ?? (IEnumerable<Resource>)own!.Zones,
                BastionGroup,
                NodesGroup,
                new SecurityRules(BastionGroup, NodesGroup, (own, other) => Rules(NetworkDesign.BastionRules(lab), own, other), bastionScope) { Phase = 1 },
                new SecurityRules(NodesGroup, BastionGroup, (own, other) => Rules(NetworkDesign.NodeRules(lab), other, own)) { Phase = 1 },
                .. own is null ? Array.Empty<Resource>() : [new DhcpOptions(lab, own.Vpc) { Phase = 1 }],
                address,
                nat,
                .. own is null
                    ? Array.Empty<Resource>()
                    : [new RouteTable(lab, own.Vpc, "public", [own.Public], Targets(NetworkDesign.PublicRoutes)) { Phase = 1 }],
                Interface,
                PrivateRoutes,
            ];
        }

        public IReadOnlyList<Resource> All { get; }

        public Resource Public { get; }

        public Resource Private { get; }

        public SecurityGroup BastionGroup { get; }

        public SecurityGroup NodesGroup { get; }

        public BastionInterface Interface { get; }

        public Resource PrivateRoutes { get; }

        private static IReadOnlyList<SecurityRule> Rules(IEnumerable<DesignedRule> rules, string bastion, string nodes) =>
            [
                .. rules
                    .Select(rule =>
                        (
                            rule.IsIngress,
                            rule.TcpPort,
                            Peer: rule.Peer switch
                            {
                                NetworkDesign.BastionGroup => bastion,
                                NetworkDesign.NodesGroup => nodes,
                                var network => network,
                            }
                        )
                    )
                    .Select(rule => rule.TcpPort is { } port ? SecurityRule.Tcp(rule.IsIngress, port, rule.Peer) : SecurityRule.All(rule.IsIngress, rule.Peer)),
            ];
    }

    /// <summary>The network that the lab makes where the definition names none.</summary>
    private sealed class OwnNetwork
    {
        public OwnNetwork(LabDefinition lab, IReadOnlyList<SubnetPlace> left)
        {
            Vpc = new Vpc(lab) { Phase = 1 };
            Gateway = new InternetGateway(lab, Vpc) { Phase = 1 };
            Public = new Subnet(lab, Vpc, SubnetPlace.Public(lab)) { Phase = 1 };
            Private = new Subnet(lab, Vpc, SubnetPlace.Private(lab)) { Phase = 1 };
            Zones =
            [
                .. lab.Network.Zones.Select(zone => new Subnet(lab, Vpc, SubnetPlace.In(zone.Zone, zone.PrivateSubnet)) { Phase = 1 }),
                .. left.Select(place => new Subnet(lab, Vpc, place) { Phase = 1, IsWanted = false }),
            ];
        }

        public Vpc Vpc { get; }

        public InternetGateway Gateway { get; }

        public Subnet Public { get; }

        public Subnet Private { get; }

        /// <summary>The private subnets of further zones, and those that are to go.</summary>
        public IReadOnlyList<Subnet> Zones { get; }
    }
}
