using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Verification;

namespace Lab.Deployer.Commands;

/// <summary><c>verify</c>: the specification's tests.</summary>
internal static class VerifyCommand
{
    private static readonly Option<int?> Phase = new Option<int?>("--phase")
    {
        Description = "Only one phase: 1 network, 2 bastion, 3 containers, 4 launch template.",
        HelpName = "1-4",
    }.Within(1, 4, "1 to 4");
    private static readonly Option<string?> BootServer = new Option<string?>("--boot-server")
    {
        Description = "Where the boot server can be reached from here; without it, with --target local, that of the lab that runs on this machine.",
        HelpName = "URL",
    }.Of(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https", "an address like http://127.0.0.1:8080");

    public static Command Create() =>
        Verb.Create(
            "verify",
            """
            Test what is on AWS against the specification, phase by phase.

            Exit code: 0 all passed, 1 a test failed.

            Examples:
              lab-deploy verify
              lab-deploy verify --phase 1 --target aws
              lab-deploy verify --phase 3 --boot-server http://127.0.0.1:8080
            """,
            RunAsync,
            Phase,
            BootServer
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var bootServer = arguments.GetValue(BootServer) is { } url ? new Uri(url) : null;
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        var verifier = new Verifier(session.Aws, deployed, bootServer);
        var failed = false;
        List<object> shapes = [];
        foreach (var phase in Verifier.Phases.Keys.Where(phase => arguments.GetValue(Phase) is not { } only || phase == only).Order())
        {
            var results = await verifier.RunAsync(phase, cancellationToken);
            failed |= results.Any(result => result.Outcome == Outcome.Failed);
            shapes.Add(
                new
                {
                    Phase = phase,
                    Name = Verifier.Phases[phase],
                    Summary = Summary(phase, results),
                    Results = results,
                }
            );
            if (!session.Json)
            {
                Print(phase, results);
            }
        }

        if (session.Json)
        {
            Output.Json(shapes);
        }

        return failed ? 1 : 0;
    }

    private static void Print(int phase, IReadOnlyList<VerifyResult> results)
    {
        Output.Line($"Phase {phase}: {Verifier.Phases[phase]}");
        foreach (var result in results)
        {
            switch (result.Outcome)
            {
                case Outcome.Passed:
                    Output.Markup($"  [green]PASS[/] {result.Name}: {result.Expected}");
                    break;
                case Outcome.Skipped:
                    Output.Markup($"  [yellow]SKIP[/] {result.Name}: {result.Actual}. {result.Remedy}");
                    break;
                default:
                    Output.Markup($"  [red]FAIL[/] {result.Name}");
                    Output.Line($"       expected: {result.Expected}");
                    Output.Line($"       found:    {result.Actual}");
                    Output.Line($"       do:       {result.Remedy}");
                    break;
            }
        }

        Output.Line(Summary(phase, results));
        Output.Line();
    }

    /// <summary>The specification's words.</summary>
    private static string Summary(int phase, IReadOnlyList<VerifyResult> results)
    {
        int Count(Outcome outcome) => results.Count(result => result.Outcome == outcome);
        var counts =
            $"{Count(Outcome.Passed)} passed, {Count(Outcome.Failed)} failed{(Count(Outcome.Skipped) > 0 ? $", {Count(Outcome.Skipped)} skipped" : "")}";
        var failure = results.FirstOrDefault(result => result.Outcome == Outcome.Failed);
        return failure is null
            ? $"Phase {phase} complete. Test results: {counts}. {(phase < Verifier.Phases.Count ? $"Next: Phase {phase + 1}" : "All phases are done.")}"
            : $"Phase {phase} blocked. Error: {failure.Name}: expected {failure.Expected}, found {failure.Actual}. Test results: {counts}.";
    }
}
