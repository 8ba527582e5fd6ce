namespace Lab.UnitTests;

/// <summary>
/// Compares a text with the one that was accepted before, in <c>Lab.Tests/Snapshots</c>. With LAB_ACCEPT_SNAPSHOTS=1 the text is
/// accepted instead; the change is then seen in the diff.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string name, string text)
    {
        var path = Repository.PathOf(Path.Combine("Lab.Tests/Snapshots", name));
        if (Environment.GetEnvironmentVariable("LAB_ACCEPT_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "(no snapshot: run once with LAB_ACCEPT_SNAPSHOTS=1)", text);
    }
}
