namespace Lab.Deployment.Verification;

/// <summary>How a test came out.</summary>
internal enum Outcome
{
    /// <summary>As expected.</summary>
    Passed,

    /// <summary>Not as expected.</summary>
    Failed,

    /// <summary>Could not be looked at here.</summary>
    Skipped,
}

/// <summary>One test of the specification's plan.</summary>
/// <param name="Phase">1 to 4.</param>
/// <param name="Name">What was tested.</param>
/// <param name="Outcome">How it came out.</param>
/// <param name="Expected">What should be.</param>
/// <param name="Actual">What is.</param>
/// <param name="Remedy">What to do about a failure, or to have a skipped test run.</param>
internal sealed record VerifyResult(int Phase, string Name, Outcome Outcome, string Expected, string Actual, string Remedy)
{
    /// <summary>A test of whether something is as expected.</summary>
    public static VerifyResult Of(int phase, string name, bool passed, string expected, string actual, string remedy) =>
        new(phase, name, passed ? Outcome.Passed : Outcome.Failed, expected, passed ? expected : actual, passed ? "" : remedy);

    /// <summary>A test that could not be made.</summary>
    public static VerifyResult Skip(int phase, string name, string why, string remedy) => new(phase, name, Outcome.Skipped, "", why, remedy);
}
