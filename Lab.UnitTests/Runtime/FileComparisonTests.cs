using Lab.Emulation.Linux;
using Lab.Model.Running;
using Lab.Runtime.Runs;
using Lab.Runtime.State;

namespace Lab.UnitTests.Runtime;

public sealed class FileComparisonTests
{
    [Fact]
    public void Only_the_lines_that_differ_are_told_in_the_order_of_the_files()
    {
        var file = FileComparison.Of(Files(("a.conf", "port=0\nx=1\nenable-tftp")), Files(("a.conf", "port=0\nx=2\ny=3\nenable-tftp"))).Single();
        Assert.Equal([(false, "x=1"), (true, "x=2"), (true, "y=3")], file.Changes.Select(change => (change.IsAdded, change.Text)));
    }

    [Fact]
    public void Files_that_are_the_same_are_left_out_and_those_of_one_run_are_told_as_that()
    {
        var files = FileComparison.Of(Files(("same", "1"), ("old", "1")), Files(("same", "1"), ("new", "2")));
        Assert.Equal([("new", false, true), ("old", true, false)], files.Select(file => (file.Path, file.IsInBefore, file.IsInAfter)));
    }

    [Fact]
    public void What_is_kept_of_a_run_has_no_secret_and_no_configuration_of_the_users()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolders(folder.Path, folder.Path).Lab("lab");
        foreach (
            var (path, text) in new[]
            {
                ("dnsmasq.conf", "port=0\n"),
                ("matchbox/profiles/p.json", "{ \"token\": \"abcdef\" }"),
                ("matchbox/generic/node-cp1.yaml", "secret"),
            }
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(lab.Run, path))!);
            File.WriteAllText(Path.Combine(lab.Run, path), text);
        }

        var kept = new KeptLogs(Path.Combine(folder.Path, "1.files.gz"));
        RunFiles.Keep(lab, kept);

        var files = RunFiles.Read(kept);
        Assert.Equal(["dnsmasq.conf", "matchbox/profiles/p.json"], files.Keys.Order());
        Assert.DoesNotContain("abcdef", files["matchbox/profiles/p.json"].Single());
    }

    private static Dictionary<string, IReadOnlyList<string>> Files(params (string Path, string Text)[] files) =>
        files.ToDictionary(file => file.Path, file => (IReadOnlyList<string>)file.Text.Split('\n'));
}
