using System.Diagnostics;

namespace Lab.Tests.Deployer;

/// <summary>The program itself, as a user runs it.</summary>
public sealed class ProgramTests(Moto moto) : IClassFixture<Moto>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("netwrk: {}", 1, "lab.yaml:1:1: unknown key 'netwrk'", "check")]
    [InlineData("{region: xx-none-1, zone: xx-none-1a}", 1, "AWS has no region xx-none-1", "plan", "--target", "aws")]
    [InlineData("{}", 1, "No AWS credentials are found", "plan", "--target", "aws")]
    [InlineData("{}", 1, "No AWS emulator answers at http://127.0.0.1:9/", "plan", "--endpoint", "http://127.0.0.1:9")]
    [InlineData("{}", 1, "There is no usable profile nobody", "plan", "--target", "aws", "--profile", "nobody")]
    [InlineData("launch: {instanceType: t3.small}", 1, "is not an arm64 type", "apply", "--yes")]
    [InlineData("bastion: {create: true}", 3, "Refused: over budget; nothing was written", "apply", "--yes")]
    [InlineData("bastion: {create: true}", 2, "Plan: 20 to create", "plan")]
    [InlineData("{bastion: {create: true}, network: {egress: ipv6}}", 1, "Nobody is there to answer", "apply")]
    [InlineData("{}", 1, "launch takes a number from 1 to 20", "launch", "0")]
    [InlineData("{}", 1, "cannot be read as a plan", "apply", "none.plan")]
    public async Task A_mistake_gets_a_sentence_and_an_exit_code(string yaml, int exitCode, string sentence, params string[] arguments)
    {
        await moto.ResetAsync();

        var (code, output) = await RunAsync(yaml, arguments);

        Assert.True(code == exitCode && output.Contains(sentence, StringComparison.Ordinal), $"exit {code}: {output}");
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task A_killed_run_is_finished_by_the_next()
    {
        foreach (var last in new[] { "CreateSubnet", "CreateRoute", "PutScheduledUpdateGroupAction" })
        {
            await moto.ResetAsync();
            await using var proxy = new FaultProxy(moto.Endpoint);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            proxy.Decide = call =>
            {
                if (call.Operation != last)
                {
                    return Fault.None;
                }

                reached.TrySetResult();
                return Fault.TimeoutAfter;
            };
            using (var run = Start("{bastion: {create: true}, network: {egress: ipv6}}", proxy.Endpoint, "apply", "--yes"))
            {
                await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
                run.Kill();
                await run.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            var (code, output) = await RunAsync("{bastion: {create: true}, network: {egress: ipv6}}", "apply", "--yes");
            Assert.True(code == 0, output);
            var (again, said) = await RunAsync("{bastion: {create: true}, network: {egress: ipv6}}", "apply", "--yes");
            Assert.True(again == 0 && said.Contains("0 writes", StringComparison.Ordinal), said);
        }
    }

    private async Task<(int Code, string Output)> RunAsync(string yaml, params string[] arguments)
    {
        using var run = Start(yaml, moto.Endpoint, arguments);
        var errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (run.ExitCode, output + await errors);
    }

    private static Process Start(string yaml, Uri endpoint, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        File.WriteAllText(Path.Combine(folder, "lab.yaml"), yaml);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll"), .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name == "HOME_IPV6").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_ENDPOINT_URL"] = endpoint.ToString();
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(folder, "none");
        start.Environment["AWS_CONFIG_FILE"] = Path.Combine(folder, "none");
        return Process.Start(start)!;
    }
}
