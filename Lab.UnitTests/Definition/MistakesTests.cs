using System.Reflection;
using System.Text;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.UnitTests.Definition;

/// <summary>What people get wrong in a lab file most often, and what they are told to do.</summary>
public sealed class MistakesTests
{
    [Theory]
    [InlineData(
        "bastion:\n  bootPort: \"8080\"\n",
        "2:13",
        "expected a port, 1 to 65535, found '8080'; the quotes make it a text: write 8080 without them",
        TestDisplayName = "A number in quotes"
    )]
    [InlineData(
        "bastion:\n  create: 'true'\n",
        "2:11",
        "expected true or false, found 'true'; the quotes make it a text: write true without them",
        TestDisplayName = "A truth value in quotes"
    )]
    [InlineData("name: 12\n", "1:7", "expected a text, found the number 12; write '12', in quotes", TestDisplayName = "A number for a text")]
    [InlineData(
        "bastion:\n\tbootPort: 8080\n",
        "2:1",
        "a tab in the indentation; YAML is indented with spaces: replace each tab by two",
        TestDisplayName = "A tab as indentation"
    )]
    [InlineData(
        "bastion:\n  address: 10.20.13.140\n  schedule:\n  \tstart: 0 12 * * *\n",
        "4:3",
        "a tab in the indentation; YAML is indented with spaces: replace each tab by two",
        TestDisplayName = "A tab after spaces"
    )]
    [InlineData(
        "nodes:\n  name: cp1\n  mac: 52:54:00:13:00:01\n",
        "2:3",
        "expected a list, found keys; begin each entry with a hyphen and a space: '- '",
        TestDisplayName = "Keys for a list"
    )]
    [InlineData(
        "dns:\n  block: example.com\n",
        "2:10",
        "expected a list, found 'example.com'; write a single entry as [entry]",
        TestDisplayName = "A text for a list"
    )]
    [InlineData(
        "dhcp:\n  - first: 10.20.13.150\n",
        "2:3",
        "expected keys (first, last, leaseMinutes), found a list; there is one of it, so its keys stand without hyphens",
        TestDisplayName = "A list for keys"
    )]
    [InlineData(
        "region: eu-west-1\nname: ${WHO\n",
        "2:7",
        "'${WHO' begins a reference to an environment variable and has no end; close it with '}', or write $${ for the characters ${",
        TestDisplayName = "A reference without an end"
    )]
    [InlineData(
        "bastion:\n  create: yes\n",
        "2:11",
        "expected true or false, found 'yes'; YAML 1.2 knows only two: write true",
        TestDisplayName = "yes of YAML 1.1"
    )]
    [InlineData(
        "network:\n  interNodeEgress: No\n",
        "2:20",
        "expected true or false, found 'No'; YAML 1.2 knows only two: write false",
        TestDisplayName = "no of YAML 1.1"
    )]
    [InlineData(
        "bastion:\n  create: on\n",
        "2:11",
        "expected true or false, found 'on'; YAML 1.2 knows only two: write true",
        TestDisplayName = "on of YAML 1.1"
    )]
    [InlineData("name: a\nregion: eu-west-1\nname: b\n", "3:1", "key name stands here a second time; keep one of the two", TestDisplayName = "A key twice")]
    [InlineData(
        "bastion:\n  adress: 10.20.13.9\n",
        "2:3",
        "unknown key 'adress'; did you mean 'address'? allowed here: address, bootPort, group, create, instanceType, diskGib, schedule",
        TestDisplayName = "A misspelt key"
    )]
    [InlineData("dhcp:\n  leaseMinutes: 1\n", "2:17", "a lease holds 2 to 525600 minutes, found 1", TestDisplayName = "A number out of range")]
    [InlineData("bastion:\n  bootPort: 80800\n", "2:13", "expected a port, 1 to 65535, found the number 80800", TestDisplayName = "A port out of range")]
    [InlineData(
        "dhcp:\n  leaseMinutes: 99999999999\n",
        "2:17",
        "expected a whole number, 2 to 525600, found the number 99999999999",
        TestDisplayName = "A number far out of range"
    )]
    [InlineData("name: lab: home\n", "1:7", "a value with ': ' in it; write the value in quotes", TestDisplayName = "A colon in a value")]
    [InlineData(
        "boot:\n  arguments:\n    - note: one\n",
        "3:7",
        "expected a text, found keys; a text with ': ' in it stands in quotes",
        TestDisplayName = "A colon in an entry of a list"
    )]
    [InlineData(
        "name: #1\n",
        "1:6",
        "expected a text, found nothing; a text that begins with '#' stands in quotes",
        TestDisplayName = "A value that begins with #"
    )]
    [InlineData(
        "boot:\n  arguments: [quiet, a #b]\n",
        "2:24",
        "'#' after a space begins a comment, so the bracket is never closed; write the text with '#' in quotes",
        TestDisplayName = "A # within brackets"
    )]
    public void A_mistake_is_named_with_its_place_and_what_to_do(string yaml, string place, string message)
    {
        var error = Assert.Throws<DefinitionException>(() => LabFile.Parse(yaml, "lab.yaml", _ => null));
        Assert.Equal($"lab.yaml:{place}: {message}", error.Message);
    }

    [Fact]
    public void The_reference_has_a_table_of_them()
    {
        var rows = typeof(MistakesTests)
            .GetMethod(nameof(A_mistake_is_named_with_its_place_and_what_to_do))!
            .GetCustomAttributes<InlineDataAttribute>()
            .Select(mistake =>
            {
                var (yaml, place, message) = ((string)mistake.Data[0]!, (string)mistake.Data[1]!, (string)mistake.Data[2]!);
                var line = yaml.Split('\n')[int.Parse(place.Split(':')[0]) - 1].Replace("\t", "⇥", StringComparison.Ordinal);
                return $"| {mistake.TestDisplayName} | `{line.Trim()}` | {place} | {message} |\n";
            });
        var table = $"| mistake | the line | place | message |\n|---|---|---|---|\n{string.Concat(rows)}";
        Assert.Contains(table, File.ReadAllText(Repository.PathOf("docs/reference/lab-yaml.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: no\n", "no")]
    [InlineData("name: on # the lab's name\n", "on")]
    [InlineData("name: \"12\"\n", "12")]
    public void What_is_right_for_a_text_stays_one(string yaml, string name) => Assert.Equal(name, LabFile.Parse(yaml, "lab.yaml", _ => null).Name);

    [Fact]
    public void A_file_from_Windows_is_read()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "lab.yaml");
        File.WriteAllText(path, "# a lab\r\nname: garage\r\nbastion:\r\n  bootPort: 80\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(("garage", 80), (LabFile.Load(path).Name, LabFile.Load(path).Bastion.BootPort.Number));
    }

    [Fact]
    public void Places_are_right_in_a_file_from_Windows() =>
        Assert.StartsWith(
            "lab.yaml:3:13: expected a port",
            Assert.Throws<DefinitionException>(() => LabFile.Parse("name: garage\r\nbastion:\r\n  bootPort: '80'\r\n", "lab.yaml", _ => null)).Message,
            StringComparison.Ordinal
        );
}
