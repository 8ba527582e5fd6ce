using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Tests.Rendering;

/// <summary>The bastion's script is run, twice, as on Amazon Linux and as on Ubuntu.</summary>
public sealed class FirstBootTests
{
    [Theory]
    [InlineData("DNF", Egress.Bastion)]
    [InlineData("APT", Egress.Bastion)]
    [InlineData("DNF", Egress.Ipv6)]
    [InlineData("APT", Egress.NatGateway)]
    public async Task The_first_boot_sets_everything_up_and_a_second_run_changes_nothing(string packages, Egress egress)
    {
        var folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        try
        {
            var script = Path.Combine(folder, "lab.sh");
            await File.WriteAllTextAsync(
                script,
                BastionScript.Render(new LabDefinition { Network = new() { Egress = egress } }),
                TestContext.Current.CancellationToken
            );
            using var run = Process.Start(
                new ProcessStartInfo("bash", [Runner(), packages, script, folder]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(run.ExitCode == 0, output + await errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Runner([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "first-boot.sh");
}
