using System.Diagnostics;
using Lab.Emulation.Linux;

namespace Lab.Tests.Rendering;

/// <summary>Compose as users have it; reading a file takes no Docker engine.</summary>
internal static class Compose
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(ProgramRequirement.OnPath("docker-compose") is not null, "docker-compose is not installed: apt-get install docker-compose");
        using var compose = Process.Start(new ProcessStartInfo("docker-compose", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = compose.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await compose.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await compose.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (compose.ExitCode, output, await errors);
    }
}
