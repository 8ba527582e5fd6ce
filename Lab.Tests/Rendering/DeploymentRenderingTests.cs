using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Tests.Deployer;
using YamlDotNet.RepresentationModel;

namespace Lab.Tests.Rendering;

public sealed class DeploymentRenderingTests
{
    [Fact]
    public void The_files_of_the_specifications_lab_are_those_that_were_looked_at()
    {
        foreach (var file in DeploymentFiles.Render(new LabDefinition()))
        {
            Snapshot.Matches(Path.Combine("deployment", file.Path), file.Content);
        }
    }

    [Theory]
    [InlineData(Egress.NatGateway, false)]
    [InlineData(Egress.Bastion, false)]
    [InlineData(Egress.Bastion, true)]
    public async Task Scripts_are_clean(Egress egress, bool isInFurtherZone)
    {
        Assert.SkipUnless(ProgramRequirement.OnPath("shellcheck") is not null, "shellcheck is not installed: apt-get install shellcheck");
        var folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        try
        {
            var lab = new LabDefinition { Network = new() { Egress = egress } };
            var scripts = DeploymentFiles
                .Render(isInFurtherZone ? Runs.InFurther(lab, "eu-west-1b") : lab)
                .Where(file => file.Path.EndsWith(".sh", StringComparison.Ordinal))
                .ToList();
            foreach (var script in scripts)
            {
                var path = Path.Combine(folder, Path.GetFileName(script.Path));
                await File.WriteAllTextAsync(path, script.Content, TestContext.Current.CancellationToken);
                using var check = Process.Start(new ProcessStartInfo("shellcheck", [path]) { RedirectStandardOutput = true })!;
                var said = await check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                await check.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(check.ExitCode == 0, said);
            }

            Assert.Equal(3, scripts.Count);
            Assert.Equal(
                isInFurtherZone,
                scripts.Any(script => script.Content.Contains("rule nat POSTROUTING -s 10.20.14.0/24 -o \"$way_out\" -j MASQUERADE", StringComparison.Ordinal))
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Containers_share_the_hosts_network_without_sharing_a_port()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(ComposeFile.Render(new LabDefinition())));
        var services = ((YamlMappingNode)yaml.Documents[0].RootNode["services"]).Children;

        Assert.All(services.Values, service => Assert.Equal("host", service["network_mode"].ToString()));
        Assert.All(services.Values, service => Assert.False(((YamlMappingNode)service).Children.ContainsKey("ports")));
        var caches = services
            .Where(service => service.Key.ToString().StartsWith("registry-", StringComparison.Ordinal))
            .Select(service => service.Value["environment"]["REGISTRY_HTTP_ADDR"].ToString())
            .ToList();
        Assert.Equal(["0.0.0.0:5050", "0.0.0.0:5051", "0.0.0.0:5052", "0.0.0.0:5053", "0.0.0.0:5054"], caches);
        Assert.False(((YamlMappingNode)services["matchbox"]["environment"]).Children.ContainsKey("MATCHBOX_RPC_ADDRESS"));
    }

    [Fact]
    public void Nodes_are_told_to_fetch_the_caches_only_when_that_is_wanted_and_there_are_some()
    {
        const string argument = "\"talos.config=http://10.20.13.140:8080/assets/config/mirrors-documents.yaml\"";
        static string Profile(LabDefinition lab) =>
            BastionFiles.Render(lab).Single(file => file.Path.EndsWith("/profiles/talos.json", StringComparison.Ordinal)).Content;
        var offered = new LabDefinition { Boot = new() { MirrorDocuments = true } };

        Assert.DoesNotContain("talos.config", Profile(new LabDefinition()));
        Assert.DoesNotContain("talos.config", Profile(offered with { Mirrors = [] }));
        Assert.Contains(argument, Profile(offered));
        Assert.Contains(BastionFiles.Render(offered), file => file.Path == "/opt/matchbox/assets/config/mirrors-documents.yaml");
        Assert.InRange(BastionUserData.Render(offered, []).Length, 1, BastionUserData.Limit);
    }

    [Fact]
    public void User_data_holds_the_existing_script_byte_for_byte()
    {
        var existing = "#!/bin/bash\nset -euo pipefail\necho é\nexit 0\n"u8.ToArray();

        var data = BastionUserData.Render(new LabDefinition(), existing);

        Assert.True(data.AsSpan().IndexOf(existing) > 0);
        Assert.StartsWith("Content-Type: multipart/mixed", Encoding.UTF8.GetString(data));
        Assert.InRange(data.Length, 1, BastionUserData.Limit);
    }

    [Fact]
    public void User_data_that_is_too_long_is_compressed_and_what_does_not_fit_is_refused()
    {
        var text = Encoding.UTF8.GetBytes("#!/bin/bash\n" + new string('#', BastionUserData.Limit));
        var noise = new byte[BastionUserData.Limit * 2];
        new Random(1).NextBytes(noise);

        Assert.Equal([0x1f, 0x8b], BastionUserData.Render(new LabDefinition(), text)[..2]);
        Assert.Contains(
            "EC2 takes 16384",
            Assert.Throws<LabException>(() => BastionUserData.Render(new LabDefinition(), Encoding.UTF8.GetBytes("#!" + Convert.ToBase64String(noise)))).Message
        );
        Assert.Contains("neither a script", Assert.Throws<LabException>(() => BastionUserData.Render(new LabDefinition(), "hello"u8)).Message);
    }

    [Fact]
    public void No_statement_of_a_policy_changes_everything()
    {
        foreach (var policy in new[] { IamPolicies.Bastion(new LabDefinition()), IamPolicies.Operator(new LabDefinition()) })
        {
            Assert.All(
                JsonNode.Parse(policy)!["Statement"]!.AsArray(),
                statement =>
                {
                    var actions = statement!["Action"]!.AsArray().Select(action => action!.ToString()).ToList();
                    var reads = actions.All(action =>
                        action.Contains(":Describe", StringComparison.Ordinal) || action.Contains(":Get", StringComparison.Ordinal)
                    );
                    Assert.True(
                        reads || statement["Condition"] is not null || statement["Resource"]!.AsArray().All(resource => resource!.ToString() != "*"),
                        statement.ToJsonString()
                    );
                    Assert.DoesNotContain(actions, action => action.EndsWith(":*", StringComparison.Ordinal) || action == "*");
                }
            );
        }
    }
}
