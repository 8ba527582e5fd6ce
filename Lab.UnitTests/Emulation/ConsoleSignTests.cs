using System.Text;
using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.UnitTests.Emulation;

public sealed class ConsoleSignTests
{
    private readonly List<string> _found = [];

    [Theory]
    [InlineData("login:", "Debian GNU/Linux 12\r\n\r\ndebian login: ", "debian login:")]
    [InlineData("^ready$", "not ready\nready\nready\n", "ready")]
    [InlineData("Choose language", "\e[1;1H\e[37m\e[44mChoose \e[0mlanguage", "Choose language")]
    [InlineData("ö", "höher", "höher")]
    public void A_line_or_a_prompt_is_found_once_however_it_comes(string expression, string written, string found)
    {
        var bytes = Encoding.UTF8.GetBytes(written);
        foreach (var size in new[] { 1, 3, bytes.Length })
        {
            _found.Clear();
            var sign = new ConsoleSign(new ReadySign.Console(expression).Regex, _found.Add);
            foreach (var piece in bytes.Chunk(size))
            {
                sign.Read(piece);
            }

            Assert.Matches(expression, Assert.Single(_found));
        }

        Assert.Equal(found, _found[0]);
    }

    [Fact]
    public void What_never_ends_a_line_is_looked_at_in_bounded_memory()
    {
        var sign = new ConsoleSign(new ReadySign.Console("end").Regex, _found.Add);
        for (var i = 0; i < 100; i++)
        {
            sign.Read(Encoding.ASCII.GetBytes(new string('x', 5000)));
        }

        sign.Read("end"u8);
        Assert.True(Assert.Single(_found).Length <= 16 * 1024);
    }
}
