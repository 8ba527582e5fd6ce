using Aspire.Hosting.ApplicationModel;
using Lab.Hosting;
using Lab.Model.Input;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Tests.Aspire;

public sealed class AspireModelTests
{
    private const string ThreeNodes = """
        name: three
        nodes:
          - { name: cp1, mac: 52:54:00:13:00:01, address: 10.20.13.11 }
          - { name: w1, mac: 52:54:00:13:00:02, address: 10.20.13.12 }
          - { name: w2, mac: 52:54:00:13:00:03, address: 10.20.13.13 }
        """;

    [Fact]
    public async Task Every_part_of_the_definition_is_a_resource()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("lab.yaml", ThreeNodes);
        await using var builder = await AspireModel.CreateAsync("--file", file);

        var expected = LabResources.Of(LabFile.Load(file));
        Assert.Equal(expected.Select(AspireModel.Text), builder.Components().Select(component => AspireModel.Text(component.Definition)));
        Assert.Equal(3, builder.Resources.OfType<LabNodeResource>().Count());
    }

    [Fact]
    public async Task A_resource_waits_for_what_its_definition_names()
    {
        await using var builder = await AspireModel.CreateAsync();
        Assert.All(
            builder.Components(),
            component => Assert.Equal(component.Definition.WaitsFor.Select(LabComponentResource.ModelName).Order(), component.WaitsFor().Distinct().Order())
        );
        Assert.Contains(Dnsmasq.Name, builder.Components().OfType<LabNodeResource>().First().WaitsFor());
    }

    [Fact]
    public async Task A_resource_has_its_commands_icon_and_health()
    {
        await using var builder = await AspireModel.CreateAsync();
        Assert.All(
            builder.Components(),
            component =>
            {
                var commands = component.Annotations.OfType<ResourceCommandAnnotation>().ToDictionary(command => command.Name);
                foreach (var command in component.Definition.Commands.Where(command => command.Name != ResourceCommand.Console))
                {
                    Assert.Equal(
                        (command.DisplayName, command.Icon, command.Confirmation),
                        (commands[command.Name].DisplayName, commands[command.Name].IconName!, commands[command.Name].ConfirmationMessage)
                    );
                }

                Assert.Equal(component.Definition.Icon, component.Annotations.OfType<ResourceIconAnnotation>().Last().IconName);
                Assert.Single(component.Annotations.OfType<HealthCheckAnnotation>());
            }
        );
    }

    [Theory]
    [InlineData("registry-docker.io", "registry-docker-io")]
    [InlineData("registry-localhost:5000", "registry-localhost-5000")]
    [InlineData("a--b", "a-b")]
    [InlineData("1st", "lab-1st")]
    public void Names_are_those_that_Aspire_allows(string name, string expected) => Assert.Equal(expected, LabComponentResource.ModelName(name));
}
