using System.Net;
using Lab.Dashboard.Drawing;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.UnitTests.Dashboard;

public sealed class LabDrawingTests
{
    public static TheoryData<Egress, int, bool> Labs { get; } = new MatrixTheoryData<Egress, int, bool>(Enum.GetValues<Egress>(), [1, 2, 3, 10], [true, false]);

    [Theory]
    [MemberData(nameof(Labs))]
    public void Everything_is_in_the_picture_once_and_nothing_lies_on_anything(Egress egress, int nodes, bool isWide)
    {
        var (lab, resources) = Lab(egress, nodes);
        var drawing = isWide ? LabDrawing.Wide(lab, resources) : LabDrawing.Narrow(lab, resources);

        Assert.Equal(resources.Select(resource => resource.Name).Order(), drawing.Shapes.Select(shape => shape.Resource).OfType<string>().Order());
        Assert.All(
            drawing.Shapes,
            shape =>
                Assert.True(
                    shape.X >= 0 && shape.Y >= 0 && shape.X + shape.Width <= drawing.Width && shape.Y + shape.Height <= drawing.Height,
                    $"{shape} is cut"
                )
        );
        var parts = drawing.Shapes.Where(shape => shape.Kind is "service" or "node" or "gateway" or "emulator" or "internet" or "fact").ToList();
        Assert.All(
            parts.SelectMany((one, i) => parts.Skip(i + 1).Select(other => (one, other))),
            pair => Assert.False(Overlap(pair.one, pair.other), $"{pair.one} and {pair.other} lie on each other")
        );
    }

    [Theory]
    [InlineData(Egress.NatGateway, "NAT gateway")]
    [InlineData(Egress.Bastion, "Bastion's first interface")]
    public void The_way_out_is_that_of_the_egress_design(Egress egress, string part)
    {
        var (lab, resources) = Lab(egress, 1);
        Assert.Contains(LabDrawing.Wide(lab, resources).Shapes, shape => shape.Title == part);
    }

    [Fact]
    public void A_lab_without_a_way_out_has_no_route_from_its_private_subnet()
    {
        var (lab, resources) = Lab(Egress.None, 1);
        Assert.DoesNotContain(LabDrawing.Wide(lab, resources).Ways, way => way.Label is "0.0.0.0/0" or "::/0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_router_of_a_home_is_beside_the_bastion_not_in_it(bool isWide)
    {
        var lab = new LabDefinition().WithNodes(2);
        var resources = LabResources.OfRehearsal(
            lab,
            new HomeLan("eth0", lab.Bastion.Address, lab.Network.PrivateSubnet, HomeDhcp.Proxy, IPAddress.Parse("10.20.13.1"))
        );
        var drawing = isWide ? LabDrawing.Wide(lab, resources) : LabDrawing.Narrow(lab, resources);

        var router = Assert.Single(drawing.Shapes, shape => shape.Resource == HomeRouter.Name);
        Assert.False(Overlap(router, Assert.Single(drawing.Shapes, shape => shape.Kind == "bastion")), "the router lies on the bastion");
        Assert.True(Overlap(router, Assert.Single(drawing.Shapes, shape => shape.Kind == "subnet here")), "the router lies outside of its network");
    }

    private static bool Overlap(Shape one, Shape other) =>
        one.X < other.X + other.Width && other.X < one.X + one.Width && one.Y < other.Y + other.Height && other.Y < one.Y + one.Height;

    private static (LabDefinition, IReadOnlyList<LabResource>) Lab(Egress egress, int nodes)
    {
        var lab = new LabDefinition { Network = new() { Egress = egress } }.WithNodes(nodes);
        return (lab, [.. Stage.Healthy(lab).Current.Select(resource => resource.Definition)]);
    }
}
