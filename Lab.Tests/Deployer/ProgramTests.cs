using Lab.Tests.Deployer.Strict;

namespace Lab.Tests.Deployer;

/// <summary>What the program says to a mistake.</summary>
public sealed class ProgramTests(Moto moto) : IClassFixture<Moto>
{
    [Theory]
    [InlineData("netwrk: {}", 1, "lab.yaml:1:1: unknown key 'netwrk'", "check")]
    [InlineData("{region: xx-none-1, zone: xx-none-1a}", 1, "AWS has no region xx-none-1", "plan", "--target", "aws")]
    [InlineData("{}", 1, "No AWS credentials are found", "plan", "--target", "aws")]
    [InlineData("{}", 1, "No AWS emulator answers at http://127.0.0.1:9/", "plan", "--endpoint", "http://127.0.0.1:9")]
    [InlineData("{}", 1, "There is no usable profile nobody", "plan", "--target", "aws", "--profile", "nobody")]
    [InlineData("launch: {instanceType: t3.small}", 1, "is not an arm64 type", "apply", "--yes")]
    [InlineData("bastion: {create: true}", 3, "Refused: over budget; nothing was written", "apply", "--yes")]
    [InlineData("bastion: {create: true}", 2, "Plan: 20 to create", "plan")]
    [InlineData("{bastion: {create: true}, network: {egress: ipv6}}", 1, "There is no terminal to ask", "apply")]
    [InlineData("{bastion: {create: true}, network: {egress: ipv6}}", 1, "There is no terminal to ask")]
    [InlineData("{}", 1, "launch takes a number from 1 to 20", "launch", "0")]
    [InlineData("{}", 1, "cannot be read as a plan", "apply", "none.plan")]
    [InlineData("{}", 1, "--phase takes 1 to 4, found '5'", "verify", "--phase", "5")]
    [InlineData("{}", 1, "--boot-server takes an address like http://127.0.0.1:8080, found 'nowhere'", "verify", "--boot-server", "nowhere")]
    [InlineData("{bastion: {create: true}}", 1, "'7' is not an IPv6 address", "access", "--ipv6", "7")]
    [InlineData("{bastion: {create: true}}", 1, "i-0 is not a node of lab lab", "terminate", "i-0", "--yes")]
    [InlineData("{}", 1, "--date takes a day like 2027-01-01, found 'tomorrow'", "cost", "--date", "tomorrow")]
    [InlineData("{}", 1, "launch takes a number from 1 to 20, found 'many'.\nSee: lab-deploy launch --help", "launch", "many")]
    [InlineData("{}", 1, "launch takes no '2' beside what it was given.", "launch", "1", "2")]
    [InlineData("{}", 1, "--target takes local or aws, found 'moon'.\nSee: lab-deploy plan --help", "plan", "--target", "moon")]
    [InlineData("{}", 1, "bastion takes start or stop, found 'jump'.", "bastion", "jump")]
    [InlineData("{}", 1, "cost has no option --dat. Did you mean --date?", "cost", "--dat")]
    [InlineData("{}", 1, "doctor has no option --date. Did you mean --name?\nSee: lab-deploy doctor --help", "doctor", "--date", "2027-01-01")]
    [InlineData("{}", 1, "cost takes no 'all'.", "cost", "all")]
    [InlineData("{}", 1, "--out takes a value, found an empty one.\nSee: lab-deploy plan --help", "plan", "--out", "")]
    [InlineData("{}", 1, "There is no option --al.", "--al")]
    [InlineData(
        "{}",
        1,
        "There is no verb 'plam'. Did you mean plan? There are: access, apply, audit, bastion, check, cluster, cost, destroy, doctor, launch, nodes, outputs, pin, plan, render, start, status, stop, terminate, unlock, verify.\nSee: lab-deploy --help",
        "plam"
    )]
    public async Task A_mistake_gets_a_sentence_and_an_exit_code(string yaml, int exitCode, string sentence, params string[] arguments)
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(yaml);

        var run = (await program.RunAsync(moto.Endpoint, arguments)).Expect(exitCode);

        Assert.Contains(sentence, run.Said);
    }

    [Fact]
    public async Task An_emulator_that_is_started_is_told_before_anything_else()
    {
        using var program = new LabDeploy("{bastion: {create: true}, network: {egress: ipv6}}");

        Assert.StartsWith("Starting an AWS emulator (moto_server)", (await program.RunAsync(moto.Endpoint, "plan", "--emulator")).Expect(2).Errors);
    }

    [Fact]
    public async Task Throttling_that_does_not_end_is_told_and_the_next_run_goes_on()
    {
        await moto.ResetAsync();
        await using var proxy = new FaultProxy(moto.Endpoint) { Decide = call => call.Operation == "CreateSubnet" ? Fault.Throttled : Fault.None };
        using var program = new LabDeploy("{bastion: {create: true}, network: {egress: ipv6}}");

        Assert.Contains("AWS says", (await program.RunAsync(proxy.Endpoint, "apply", "--yes")).Expect(1).Said);

        proxy.Decide = _ => Fault.None;
        (await program.RunAsync(proxy.Endpoint, "apply", "--yes")).Expect(0);
        (await program.RunAsync(proxy.Endpoint, "plan")).Expect(0);
    }
}
