namespace Lab.Tests.Programs;

/// <summary>The rows of a theory, for a test that none is missing.</summary>
internal static class InlineRows
{
    /// <summary>What each row begins with, in alphabetical order.</summary>
    /// <param name="tests">The class.</param>
    /// <param name="theory">The theory's method.</param>
    public static IEnumerable<string> FirstsOf(Type tests, string theory) =>
        tests.GetMethod(theory)!.GetCustomAttributes(false).OfType<InlineDataAttribute>().Select(row => (string)row.Data[0]!).Order();
}
