namespace Lab.Deployment.Verification.Exposures;

/// <summary>What is thought of something that could be reached.</summary>
internal enum Verdict
{
    /// <summary>It can be reached, or nobody can tell that it cannot.</summary>
    Exposed,

    /// <summary>The definition wants it so.</summary>
    Accepted,

    /// <summary>An emulator cannot be asked.</summary>
    NotChecked,
}

/// <summary>Something that can, or could, be reached from outside the lab.</summary>
/// <param name="What">The resource.</param>
/// <param name="Why">How.</param>
/// <param name="Verdict">What is thought of it.</param>
internal sealed record Exposed(string What, string Why, Verdict Verdict = Verdict.Exposed);
