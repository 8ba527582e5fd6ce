using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Hosting;
using Lab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lab.Tests.Aspire;

/// <summary>What an application says of its labs, before anything runs.</summary>
public sealed class LabModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    private IResourceBuilder<LabResource> Lab => field ??= _builder.AddLab("lab", _folder.File("lab.yaml", "name: model"));

    [Fact]
    public void Nodes_come_and_go_with_the_number_that_is_asked_for()
    {
        Lab.WithNodes(3);
        Assert.Equal(["cp1", "cp2", "cp3"], _builder.Resources.OfType<LabNodeResource>().Select(node => node.Name));
        Lab.WithNodes(1);
        Assert.Equal(["cp1"], _builder.Resources.OfType<LabNodeResource>().Select(node => node.Name));
    }

    [Fact]
    public void A_node_that_goes_and_comes_again_has_one_health_check()
    {
        Lab.WithNodes(3).WithNodes(1).WithNodes(3);
        using var services = _builder.Services.BuildServiceProvider();
        var checks = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => check.Name).ToList();
        Assert.Contains("cp3-health", checks);
        Assert.Equal(checks.Distinct(), checks);
    }

    [Fact]
    public void Parts_are_children_of_their_lab()
    {
        _ = Lab;
        Assert.All(
            _builder.Resources.OfType<LabComponentResource>(),
            part =>
                Assert.Contains(
                    part.Annotations.OfType<ResourceRelationshipAnnotation>(),
                    relation => relation.Type == "Parent" && relation.Resource == part.Lab
                )
        );
    }

    [Fact]
    public void A_second_lab_has_names_of_its_own()
    {
        _ = Lab;
        var north = _builder.AddLab("north", _folder.File("lab.yaml", "name: model"));
        Assert.Equal("north", north.Resource.Definition.Name);
        Assert.Equal("north-cp1", north.GetNode("cp1").Resource.Name);
        Assert.Equal("cp1", Lab.GetNode("cp1").Resource.Name);
    }

    [Fact]
    public void A_lab_has_a_name_of_its_own_also_where_another_lab_has_that_of_its_resource()
    {
        var first = _builder.AddLab("one", _folder.File("one.yaml", "name: two"));
        var second = _builder.AddLab("two", _folder.File("two.yaml", "name: two"));
        Assert.Equal(["two", "two-2"], new[] { first, second }.Select(lab => lab.Resource.Definition.Name));
        Assert.Contains(
            "AddLab(\"Two\"): 'Two' cannot be a lab's name",
            Assert.Throws<LabException>(() => _builder.AddLab("Two", _folder.File("3.yaml", "name: two"))).Message
        );
    }

    [Fact]
    public void Two_parts_of_one_name_are_named_with_what_to_do()
    {
        var file = _folder.File("same.yaml", "nodes:\n  - { name: lab, mac: '52:54:00:13:00:01', address: 10.20.13.11 }\n");
        var failure = Assert.Throws<LabException>(() => _builder.AddLab("lab", file));
        Assert.Contains("The node lab of lab lab is called 'lab' in an Aspire application", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_VPC_only_what_is_known_before_is_in_the_model()
    {
        Lab.AsVpc();
        Assert.Equal(["network", "aws"], _builder.Resources.OfType<LabComponentResource>().Select(part => part.Name));
    }

    [Fact]
    public async Task A_reference_to_the_emulator_gives_what_AWSs_clients_read()
    {
        Allocate(Lab.GetAws().Resource.Endpoint, 4566);
        var web = _builder.AddExecutable("web", "true", ".").WithReference(Lab.GetAws());
        var variables = await VariablesAsync(web.Resource);
        Assert.Equal("http://127.0.0.1:4566", variables["AWS_ENDPOINT_URL"]);
        Assert.Equal("eu-west-1", variables["AWS_REGION"]);
        Assert.Equal("test", variables["AWS_ACCESS_KEY_ID"]);
        Assert.Equal("ServiceURL=http://127.0.0.1:4566;Region=eu-west-1;AccessKey=test;SecretKey=test", variables["ConnectionStrings__aws"]);
    }

    [Fact]
    public async Task A_reference_to_a_cache_gives_its_address()
    {
        Allocate(Lab.GetCache("docker.io").Resource.Endpoint, 5050);
        var web = _builder.AddExecutable("web", "true", ".").WithReference(Lab.GetCache("docker.io"));
        Assert.Equal("http://127.0.0.1:5050", (await VariablesAsync(web.Resource))["ConnectionStrings__registry-docker-io"]);
    }

    [Fact]
    public void What_there_is_not_is_named_with_what_there_is()
    {
        Assert.Equal(
            "The lab has no cache of 'docker.oi'. It has those of: docker.io, gcr.io, ghcr.io, quay.io, registry.k8s.io.",
            Assert.Throws<LabException>(() => Lab.GetCache("docker.oi")).Message
        );
        Assert.Equal("The lab has no such part 'cp9'. It has: cp1.", Assert.Throws<LabException>(() => Lab.GetNode("cp9")).Message);
    }

    [Fact]
    public void Options_come_from_configuration()
    {
        var options = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["nodes"] = "2",
                    ["name"] = "other",
                    ["vpc"] = "false",
                }
            )
            .Build();
        Assert.Equal(("other", 2), (Lab.WithOptions(options).Resource.Definition.Name, Lab.Resource.Definition.Nodes.Count));
        var wrong = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("nodes", (string?)"many")]).Build();
        Assert.Equal("--nodes takes a number from 1, found 'many'.", Assert.Throws<LabException>(() => Lab.WithOptions(wrong)).Message);
    }

    [Theory]
    [InlineData("reset-disk", true)]
    [InlineData("reset-firmware", true)]
    [InlineData("power-cycle", false)]
    public void A_command_that_cannot_be_undone_asks_for_the_name(string command, bool asks)
    {
        var annotation = Lab.GetNode("cp1").Resource.Annotations.OfType<ResourceCommandAnnotation>().Single(each => each.Name == command);
        Assert.Equal(asks, annotation.Arguments.Any(argument => argument is { Name: "confirm", Required: true }));
    }

    public void Dispose() => _folder.Dispose();

    private static void Allocate(EndpointReference endpoint, int port) =>
        endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "127.0.0.1", port);

    private static async Task<Dictionary<string, string>> VariablesAsync(IResourceWithEnvironment resource) =>
        (
            await ExecutionConfigurationBuilder
                .Create(resource)
                .WithEnvironmentVariablesConfig()
                .BuildAsync(
                    new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run),
                    NullLogger.Instance,
                    TestContext.Current.CancellationToken
                )
        ).EnvironmentVariables.ToDictionary();
}
