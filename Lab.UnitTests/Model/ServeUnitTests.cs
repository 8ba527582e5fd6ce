using Lab.Model;
using Lab.Model.Rendering;

namespace Lab.UnitTests.Model;

public sealed class ServeUnitTests
{
    [Fact]
    public void What_systemd_would_take_for_more_is_told_from_text()
    {
        var unit = Render(["/opt/my lab/lab", "serve", "100%", "$HOME", "a\"b\\c"], "/srv/50% off");
        Assert.Contains("\nExecStart=\"/opt/my lab/lab\" \"serve\" \"100%%\" \"$$HOME\" \"a\\\"b\\\\c\"\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nWorkingDirectory=/srv/50%% off\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nEnvironment=\"PATH=/bin:$x\"\n", unit, StringComparison.Ordinal);
        Assert.StartsWith($"{ServeUnit.Mark}\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_end_cannot_begin_a_line_of_the_unit() => Assert.Throws<LabException>(() => Render(["lab", "a\nExecStartPre=/bin/b"], "/"));

    private static string Render(IEnumerable<string> command, string folder) =>
        ServeUnit.Render("home", command, folder, [KeyValuePair.Create("PATH", "/bin:$x")]);
}
