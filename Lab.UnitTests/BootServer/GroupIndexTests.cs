using System.Text;
using Lab.BootServer.Data;

namespace Lab.UnitTests.BootServer;

public sealed class GroupIndexTests
{
    [Fact]
    public void The_index_chooses_as_a_sorted_walk_over_all_groups_would()
    {
        var random = new Random(4711);
        for (var round = 0; round < 300; round++)
        {
            var groups = Enumerable.Range(0, random.Next(1, 40)).Select(number => RandomGroup(random, number)).ToList();
            var index = new GroupIndex(groups);
            for (var request = 0; request < 30; request++)
            {
                var labels = RandomPairs(random);
                Assert.Same(Walk(groups, labels), index.Select(labels));
            }
        }
    }

    [Fact]
    public void Of_two_groups_with_the_same_selectors_the_first_file_counts()
    {
        var first = Parse("""{"id":"first","selector":{"a":"1"}}""");
        var second = Parse("""{"id":"second","selector":{"a":"1"}}""");
        Assert.Same(first, new GroupIndex([first, second]).Select(new Dictionary<string, string> { ["a"] = "1" }));
    }

    [Theory]
    [InlineData("""{"ID":"x","Selector":{"a":"1"},"more":[1]}""", "x")]
    [InlineData("""{"id":"x","id":null,"name":null}""", "x")]
    [InlineData("null", "")]
    public void A_group_is_read_as_Go_reads_it(string json, string id) => Assert.Equal(id, Parse(json).Id);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"selector":{"a":1}}""")]
    [InlineData("""{"selector":[]}""")]
    [InlineData("""{"metadata":"x"}""")]
    [InlineData("""{"id":"x",}""")]
    [InlineData("""{"id":"x"}{}""")]
    [InlineData("// no comments\n{}")]
    [InlineData("""{"selector":{"mac":"52540089d810"}}""")]
    [InlineData("""{"selector":{"MAC":""}}""")]
    [InlineData("""{"metadata":{"n":1e999}}""")]
    public void A_broken_group_is_refused(string json) => Assert.Throws<FormatException>(() => Parse(json));

    private static Group Parse(string json) => GroupFile.Parse(Encoding.UTF8.GetBytes(json));

    private static Group RandomGroup(Random random, int number)
    {
        var selector = string.Join(',', RandomPairs(random).Select(pair => $"\"{pair.Key}\":\"{pair.Value}\""));
        return Parse($"{{\"id\":\"{number}\",\"selector\":{{{selector}}}}}");
    }

    private static Dictionary<string, string> RandomPairs(Random random) =>
        Enumerable
            .Range(0, random.Next(0, 4))
            .Select(_ => "abcdé"[random.Next(5)].ToString())
            .Distinct()
            .ToDictionary(
                key => key,
                _ =>
                    random.Next(3) switch
                    {
                        0 => "",
                        1 => "1",
                        _ => "2",
                    }
            );

    private static Group? Walk(List<Group> groups, Dictionary<string, string> labels) =>
        groups
            .OrderByDescending(group => group.Selector.Count)
            .ThenByDescending(
                group => group.SelectorString,
                Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)))
            )
            .FirstOrDefault(group => group.Selector.All(pair => labels.GetValueOrDefault(pair.Key, "") == pair.Value));
}
