using System.Globalization;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Dashboard.Drawing;

/// <summary>The picture of a lab, laid out: everything in it comes from the definition.</summary>
/// <param name="Width">Width in units.</param>
/// <param name="Height">Height in units.</param>
/// <param name="Shapes">The parts, those behind first.</param>
/// <param name="Ways">The ways between them.</param>
public sealed record LabDrawing(double Width, double Height, IReadOnlyList<Shape> Shapes, IReadOnlyList<Way> Ways)
{
    private const double Gap = 12;
    private const double Head = 34;
    private const double ChipHeight = 44;
    private const double NodeHeight = 62;
    private const double GatewayHeight = 44;
    private const double Gutter = 30;
    private const double FactHeight = 20;

    /// <summary>Draws for a screen: subnets side by side.</summary>
    public static LabDrawing Wide(LabDefinition lab, IReadOnlyList<LabResource> resources) =>
        new Drawer(lab, resources).Draw(1080, chipsInRow: 3, nodesInRow: 3, isWide: true);

    /// <summary>Draws for a phone: subnets one above the other.</summary>
    public static LabDrawing Narrow(LabDefinition lab, IReadOnlyList<LabResource> resources) =>
        new Drawer(lab, resources).Draw(358, chipsInRow: 2, nodesInRow: 1, isWide: false);

    private sealed class Drawer(LabDefinition lab, IReadOnlyList<LabResource> resources)
    {
        private readonly List<Shape> _shapes = [];
        private readonly List<Way> _ways = [];

        public LabDrawing Draw(double width, int chipsInRow, int nodesInRow, bool isWide)
        {
            var internet = Add(new Shape("internet", 0.5, 0.5, width - 1, 34, "Internet"));
            var top = internet.Y + internet.Height + 40;
            var vpc = Reserve();
            var inner = isWide ? Gap * 1.5 : Gap * 0.75;

            // Beside a public subnet that takes the phone's whole width there must be room for the way past it.
            var leftWidth = isWide ? 250 : width - 1 - 2 * inner - Gutter;
            var gateway = Add(new Shape("gateway", inner, top + Head, leftWidth, GatewayHeight, "Internet gateway"));
            var (middle, right) = (gateway.X + gateway.Width / 2, gateway.X + gateway.Width - 36);
            _ways.Add(new Way("route", Arrow(right, gateway.Y, right, internet.Y + internet.Height + 2)));
            var subnet = Subnet(inner, gateway.Y + GatewayHeight + 30, leftWidth);
            _ways.Add(new Way("route", Arrow(middle, subnet.Y, middle, gateway.Y + GatewayHeight + 2), "0.0.0.0/0, ::/0", middle + 8, subnet.Y - 9));

            var (privateX, privateY) = isWide ? (subnet.X + subnet.Width + 96, top + Head) : (inner, subnet.Y + subnet.Height + 46);
            var privateWidth = width - 1 - inner - privateX;
            var bottom = Private(privateX, privateY, privateWidth, chipsInRow, nodesInRow);
            Routes(subnet, gateway, privateX, privateY, isWide);
            if (isWide)
            {
                bottom = Math.Max(bottom, Facts(inner, subnet.Y + subnet.Height + 36, leftWidth));
            }

            var vpcBottom = Math.Max(bottom, subnet.Y + subnet.Height) + inner;
            _shapes[vpc] = new Shape("vpc", 0.5, top, width - 1, vpcBottom - top, $"VPC {lab.Network.Vpc}");
            return new LabDrawing(width, Emulators(vpcBottom + Gap, isWide ? leftWidth + inner : width - 1), _shapes, _ways);
        }

        private Shape Subnet(double x, double y, double width)
        {
            var place = Reserve();
            var height = Head + Gap;
            if (PublicPart() is var (name, detail))
            {
                Add(new Shape("gateway", x + Gap, y + Head + 4, width - 2 * Gap, GatewayHeight, name, detail));
                height = Head + 4 + GatewayHeight + Gap;
            }

            return _shapes[place] = new Shape("subnet", x, y, width, height, "Public subnet", lab.Network.PublicSubnet.ToString());
        }

        /// <summary>What the egress design puts into the public subnet.</summary>
        private (string Name, string Detail)? PublicPart() =>
            lab.Network.Egress switch
            {
                Egress.NatGateway => ("NAT gateway", "with an Elastic IP"),
                Egress.Bastion => ("Bastion's first interface", "public IPv4 while it is up"),
                _ => null,
            };

        /// <summary>The subnet that also exists here: the bastion with its services, and the nodes.</summary>
        private double Private(double x, double y, double width, int chipsInRow, int nodesInRow)
        {
            var network = Of(ResourceKind.Network).FirstOrDefault();
            var subnet = Reserve();
            var bastion = Reserve();
            var (bastionX, bastionY, bastionWidth) = (x + Gap, y + Head + 8, width - 2 * Gap);
            if (Of(ResourceKind.Service).Where(service => service.Name == HomeRouter.Name).ToList() is { Count: > 0 } router)
            {
                bastionY = Grid(router, "service", bastionX, bastionY, bastionWidth, chipsInRow, ChipHeight) + Gap;
            }

            var bottom = Grid(
                [.. Of(ResourceKind.Service).Where(service => service.Name != HomeRouter.Name), .. Of(ResourceKind.Cache)],
                "service",
                bastionX + Gap,
                bastionY + Head,
                bastionWidth - 2 * Gap,
                chipsInRow,
                ChipHeight
            );
            _shapes[bastion] = new Shape("bastion", bastionX, bastionY, bastionWidth, bottom + Gap - bastionY, $"Bastion {lab.Bastion.Address}");

            var nodes = Of(ResourceKind.Node).ToList();
            if (nodes.Count > 0)
            {
                var nodesY = bottom + Gap + 48;
                var middle = x + width / 2;
                _ways.Add(new Way("boot", Arrow(middle, nodesY - 8, middle, bottom + Gap + 6), "boot, names, images", middle + 10, bottom + Gap + 28));
                bottom = Grid(nodes, "node", x + Gap, nodesY, width - 2 * Gap, nodesInRow, NodeHeight);
            }
            else
            {
                bottom += Gap;
            }

            _shapes[subnet] = new Shape("subnet here", x, y, width, bottom + Gap - y, "Private subnet", lab.Network.PrivateSubnet.ToString())
            {
                Resource = network?.Name,
            };
            return bottom + Gap;
        }

        /// <summary>The routes of the private subnet, as the egress design has them.</summary>
        private void Routes(Shape subnet, Shape gateway, double x, double y, bool isWide)
        {
            if (PublicPart() is not null)
            {
                var part = _shapes.Last(shape => shape.Kind == "gateway");
                var level = part.Y + part.Height / 2;
                _ways.Add(
                    isWide
                        ? new Way("route", Arrow(x, level, part.X + part.Width + 2, level), "0.0.0.0/0", subnet.X + subnet.Width + 16, level - 7)
                        : new Way("route", Arrow(part.X + 40, y, part.X + 40, part.Y + part.Height + 2), "0.0.0.0/0", part.X + 48, y - 10)
                );
            }

            if (
                (
                    lab.Network.Egress != Egress.None ? "::/0"
                    : lab.Access.Ipv6 is null ? null
                    : "operator"
                )
                is not { } ipv6
            )
            {
                return;
            }

            var (right, height) = (gateway.X + gateway.Width + 2, gateway.Y + gateway.Height / 2);
            _ways.Add(
                isWide
                    ? new Way("route", Arrow(x, height, right, height), ipv6, subnet.X + subnet.Width + 16, height - 7)
                    : new Way("route", string.Create(CultureInfo.InvariantCulture, $"M{right + Gutter / 2},{y} V{height} H{right}"), ipv6, right - 24, y - 10)
            );
        }

        /// <summary>What the definition says and no box shows.</summary>
        private double Facts(double x, double y, double width)
        {
            foreach (
                var (name, value) in new[]
                {
                    (lab.Network.Zones.Count == 0 ? "Zone" : "Zones", string.Join(", ", lab.Network.Zones.Select(zone => zone.Zone).Prepend(lab.Zone))),
                    ("Egress", lab.Network.Egress.Id()),
                    ("Leases", $"{lab.Dhcp.First} to {lab.Dhcp.Last}"),
                    ("Domain", lab.Dns.Domain),
                }
            )
            {
                Add(new Shape("fact", x, y, width, FactHeight, name, value));
                y += FactHeight;
            }

            return y;
        }

        private double Emulators(double y, double width)
        {
            foreach (var emulator in Of(ResourceKind.Emulator))
            {
                Add(new Shape("emulator", 0.5, y, width, ChipHeight, emulator.Description) { Resource = emulator.Name });
                y += ChipHeight + Gap;
            }

            return y - Gap + 1;
        }

        private double Grid(IReadOnlyList<LabResource> items, string kind, double x, double y, double width, int inRow, double height)
        {
            var columns = Math.Min(inRow, Math.Max(1, items.Count));
            var itemWidth = (width - (columns - 1) * Gap) / columns;
            for (var i = 0; i < items.Count; i++)
            {
                var item = items[i];
                var (title, subtitle) = Words(item);
                Add(
                    new Shape(kind, x + i % columns * (itemWidth + Gap), y + i / columns * (height + Gap), itemWidth, height, title, subtitle)
                    {
                        Resource = item.Name,
                    }
                );
            }

            return y + (items.Count + columns - 1) / columns * (height + Gap) - Gap;
        }

        private (string Title, string? Subtitle) Words(LabResource resource)
        {
            if (resource.Kind == ResourceKind.Cache)
            {
                var port = lab.Mirrors.FirstOrDefault(mirror => RegistryCache.Name(mirror) == resource.Name)?.Port;
                return (resource.Name.Replace(RegistryCache.NamePrefix, "", StringComparison.Ordinal), $"cache, port {port}");
            }

            return lab.FindNode(resource.Name) is { } node && resource.Kind == ResourceKind.Node
                ? (node.Name, $"{node.Address}, {node.Mac}")
                : (resource.Name, resource.Description);
        }

        private IEnumerable<LabResource> Of(ResourceKind kind) => resources.Where(resource => resource.Kind == kind);

        private Shape Add(Shape shape)
        {
            _shapes.Add(shape);
            return shape;
        }

        /// <summary>A place for what is drawn behind the following, and whose size they decide.</summary>
        private int Reserve()
        {
            _shapes.Add(null!);
            return _shapes.Count - 1;
        }

        private static string Arrow(double x1, double y1, double x2, double y2) => string.Create(CultureInfo.InvariantCulture, $"M{x1},{y1} L{x2},{y2}");
    }
}
