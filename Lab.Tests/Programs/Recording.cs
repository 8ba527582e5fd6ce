using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lab.Tests.Programs;

/// <summary>
/// What a lab tells other programs, without what differs between two runs: times, ports, process ids, names that AWS or the lab makes
/// up, and the order in which independent parts say something.
/// </summary>
internal static partial class Recording
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Numbers that are the same in every run.</summary>
    private static readonly HashSet<string> Fixed = ["ready", "failed", "exitCode", "restarts"];

    /// <summary>Hints that depend on the day or on what else is on this machine.</summary>
    private static readonly string[] Circumstances = ["For AWS:", "Services run as", "Removed what an earlier run", "Installing", "Fetching"];

    /// <summary>Whose evidence and details are a program's words with numbers in them.</summary>
    private static readonly HashSet<string> Words = ["evidence", "detail"];

    /// <summary>A JSON document.</summary>
    public static string Of(JsonNode document) => $"{Plain(document, null)!.ToJsonString(Form)}\n";

    /// <summary>The events of <c>--json</c>: those of a part in their order, part after part.</summary>
    public static string OfEvents(IEnumerable<JsonObject> events)
    {
        var text = new StringBuilder();
        foreach (
            var part in events
                .Where(happened => !IsCircumstance((string?)happened["text"]))
                .GroupBy(happened => Plain((string?)happened["name"] ?? (string?)happened["node"] ?? ""))
                .OrderBy(part => part.Key, StringComparer.Ordinal)
        )
        {
            text.Append(part.Key.Length == 0 ? "(the lab)" : part.Key).Append('\n');
            // Parts of the start run at once, so what the lab says as a whole has no fixed order.
            var lines = WithoutLateAnswers(part).Select(happened => Plain(happened, null)!.ToJsonString(Line));
            foreach (var line in part.Key.Length == 0 ? lines.Order(StringComparer.Ordinal) : lines)
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The lines of a terminal: sorted, for independent parts speak when they like.</summary>
    public static string OfLines(string output) =>
        string.Join(
            '\n',
            output
                .Split('\n')
                .Where(line => !IsCircumstance(line) && line.Trim().Length > 0)
                .Select(line => Room().Replace(Lasted().Replace(Chart().Replace(Plain(line), ""), "+#"), " ").Trim())
                .Order(StringComparer.Ordinal)
        ) + "\n";

    /// <summary>On a busy machine a service may answer its health check too late: it is told to be unhealthy then, and healthy once more.</summary>
    private static IEnumerable<JsonObject> WithoutLateAnswers(IEnumerable<JsonObject> part) =>
        part.All(happened => (string?)happened["event"] == "service") && (string?)part.Last()["state"] == "Healthy"
            ? part.Where(happened => (string?)happened["state"] != "Unhealthy").DistinctBy(happened => (string?)happened["state"])
            : part;

    private static bool IsCircumstance(string? text) => Array.Exists(Circumstances, start => text?.StartsWith(start, StringComparison.Ordinal) == true);

    private static JsonNode? Plain(JsonNode? node, string? name) =>
        node switch
        {
            // A stage is called ready too, and has a time.
            JsonObject part => new JsonObject(
                part.Select(member => KeyValuePair.Create(Plain(member.Key), Plain(member.Value, name == "stages" ? null : member.Key)))
            ),
            JsonArray list => new JsonArray([.. list.Select(member => Plain(member, name))]),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => Fixed.Contains(name ?? "") ? value.DeepClone() : 0,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => Words.Contains(name ?? "")
                ? Digits().Replace(Plain((string)value!), "#")
                : Plain((string)value!),
            _ => node?.DeepClone(),
        };

    private static string Plain(string text)
    {
        text = Page().Replace(text, "http://PAGE");
        text = Token().Replace(text, "t=TOKEN");
        text = Loopback().Replace(text, "127.0.0.1:PORT");
        text = Time().Replace(text, "TIME");
        text = Namespace().Replace(text, "lab.NAME.");
        text = Folder().Replace(text, "STATE/");
        text = Id().Replace(text, "${kind}-ID");
        text = Mac().Replace(text, "MAC");
        text = Guest().Replace(text, "10.20.13.N");
        text = Seconds().Replace(text, "# s");
        return Pid().Replace(text, "pid #");
    }

    [GeneratedRegex(@"http://[0-9a-f]{16}\.localhost:\d+")]
    private static partial Regex Page();

    [GeneratedRegex(@"\bt=[^&""\s]+")]
    private static partial Regex Token();

    [GeneratedRegex(@"(127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Loopback();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Time();

    [GeneratedRegex(@"lab\.\w+\.[0-9a-f]{6}\.|lab\.[a-z]+\.(?=lan|bastion|router|internet)")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"/\S*/state/lab/")]
    private static partial Regex Folder();

    [GeneratedRegex(@"((?<=%2F)|\b)(?<kind>i|vpc|ami|eni|lt|subnet|sg|igw|rtb|asg)-[0-9a-f]{8,17}\b")]
    private static partial Regex Id();

    /// <summary>The lab's own begin with 52:54; EC2 makes up the others.</summary>
    [GeneratedRegex(@"\b(?!52:54)[0-9a-f]{2}(:[0-9a-f]{2}){5}\b")]
    private static partial Regex Mac();

    /// <summary>Addresses that EC2 chooses.</summary>
    [GeneratedRegex(@"\b10\.20\.13\.(?!140\b|1[1-9]\b|0\b|1\b|2\b)\d+\b")]
    private static partial Regex Guest();

    [GeneratedRegex(@"\b\d+(\.\d+)? s\b")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"\bpid \d+")]
    private static partial Regex Pid();

    /// <summary>Words with a number in them, and hexadecimal parts of MACs and UUIDs that happen to have none.</summary>
    [GeneratedRegex(@"\w*\d\w*|(?<=[=:-])[0-9a-f]{2,12}(?=[-:&\s]|$)")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\+\d+\.\d+")]
    private static partial Regex Lasted();

    [GeneratedRegex(@" +")]
    private static partial Regex Room();

    /// <summary>Bars of the chart, with the space around them.</summary>
    [GeneratedRegex(@"[ \u2500-\u259f#]+$|[\u2500-\u259f]+")]
    private static partial Regex Chart();
}
