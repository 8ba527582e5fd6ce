using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Deployer.Strict;

/// <summary>
/// What the services say of their requests themselves: the models that every SDK is generated from, as moto's own SDK for Python has them.
/// A request that has an unknown parameter, lacks a required one, or has a value outside of its length, range, pattern or list is refused
/// as AWS would, where moto would take it.
/// </summary>
internal sealed class ServiceModels
{
    /// <summary>The folders of the models, by the name that requests are signed for; Elastic Load Balancing has two.</summary>
    private static readonly Dictionary<string, string> Folders = new()
    {
        ["ec2"] = "ec2/2016-11-15",
        ["autoscaling"] = "autoscaling/2011-01-01",
        ["iam"] = "iam/2010-05-08",
        ["sts"] = "sts/2011-06-15",
        ["ssm"] = "ssm/2014-11-06",
        ["budgets"] = "budgets/2016-10-20",
    };

    private static readonly Lazy<Task<ServiceModels>> All = new(ReadAsync);

    /// <summary>Read once: EC2's has four megabytes.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Model>> Models = new();

    private readonly string _folder;

    private ServiceModels(string folder) => _folder = folder;

    /// <summary>How many requests were looked at.</summary>
    public int Looked { get; private set; }

    /// <summary>What was refused, for the tests.</summary>
    public ConcurrentBag<string> Refused { get; } = [];

    /// <summary>The models that are on this machine beside moto.</summary>
    public static async Task<ServiceModels> LoadAsync() => new((await All.Value)._folder);

    /// <summary>What AWS says to a request that its model does not allow; null for one that it does.</summary>
    public Answer? Refuse(Call call)
    {
        if (!Folders.ContainsKey(call.Service))
        {
            return null;
        }

        Looked++;
        if (Problem(call) is not { } problem)
        {
            return null;
        }

        Refused.Add($"{call.Service} {call.Operation}: {problem}");
        return StrictMoto.Error(call, HttpStatusCode.BadRequest, "ValidationError", problem);
    }

    private string? Problem(Call call)
    {
        var model = Models.GetOrAdd(call.Service, service => new Lazy<Model>(() => Load(service))).Value;
        if (!model.Operations.TryGetValue(call.Operation, out var operation))
        {
            return $"The action {call.Operation} is not valid for this endpoint.";
        }

        var check = new RequestCheck(model);
        return !operation.TryGetProperty("input", out var input) ? null
            : call.IsJson ? check.Json(input.GetProperty("shape").GetString()!, JsonDocument.Parse(call.Text).RootElement, "")
            : check.Form(input.GetProperty("shape").GetString()!, Tree(call.Text), "");
    }

    private Model Load(string service)
    {
        using var file = File.OpenRead(Path.Combine(_folder, Folders[service], "service-2.json.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var root = JsonDocument.Parse(unpacked).RootElement;
        return new Model(
            root.GetProperty("metadata").GetProperty("protocol").GetString() == "ec2",
            root.GetProperty("operations").EnumerateObject().ToDictionary(operation => operation.Name, operation => operation.Value),
            root.GetProperty("shapes").EnumerateObject().ToDictionary(shape => shape.Name, shape => shape.Value)
        );
    }

    private static async Task<ServiceModels> ReadAsync()
    {
        var moto = new EmulatorRequirement(LabFolders.OfUser.Cache).Find() ?? throw new InvalidOperationException("moto_server is not on this machine.");
        var beside = Path.Combine(Path.GetDirectoryName(moto)!, "python3");
        var result = await Cli.Wrap(File.Exists(beside) ? beside : "python3")
            .WithArguments(["-c", "import importlib.util as u; print(u.find_spec('botocore').submodule_search_locations[0])"])
            .ExecuteBufferedAsync();
        return new ServiceModels(Path.Combine(result.StandardOutput.Trim(), "data"));
    }

    /// <summary><c>A.1.B=x</c> as a tree.</summary>
    private static Node Tree(string form)
    {
        var root = new Node();
        var parameters = HttpUtility.ParseQueryString(form);
        foreach (var name in parameters.AllKeys.OfType<string>().Where(name => name is not ("Action" or "Version")))
        {
            name.Split('.').Aggregate(root, (node, part) => node.Members.TryGetValue(part, out var next) ? next : node.Members[part] = new Node()).Value =
                parameters[name];
        }

        return root;
    }

    /// <summary>One service's model; EC2's protocol names parameters otherwise than the other query protocols.</summary>
    private sealed record Model(bool IsEc2, IReadOnlyDictionary<string, JsonElement> Operations, IReadOnlyDictionary<string, JsonElement> Shapes);

    /// <summary>A parameter of the query protocols.</summary>
    private sealed class Node
    {
        public Dictionary<string, Node> Members { get; } = [];

        public string? Value { get; set; }
    }

    /// <summary>Compares a request with one service's shapes. The answers name the first thing that is wrong; null for nothing.</summary>
    private sealed class RequestCheck(Model model)
    {
        private readonly bool _isEc2 = model.IsEc2;

        public string? Form(string shapeName, Node node, string path)
        {
            var shape = Shape(shapeName);
            switch (Text(shape, "type"))
            {
                case "structure":
                    var members = shape.GetProperty("members").EnumerateObject().ToDictionary(WireName, member => member);
                    return Required(shape, required => node.Members.ContainsKey(WireName(members.Values.Single(member => member.Name == required))), path)
                        ?? node.Members.Select(child =>
                                members.TryGetValue(child.Key, out var member)
                                    ? Form(Text(member.Value, "shape")!, child.Value, $"{path}{child.Key}.")
                                    : $"The parameter {path}{child.Key} is not recognized"
                            )
                            .FirstOrDefault(problem => problem is not null);
                case "list":
                    var items = _isEc2 || Flag(shape, "flattened") ? node : node.Members.GetValueOrDefault("member") ?? new Node();
                    return Count(shape, items.Members.Count, path)
                        ?? items
                            .Members.Select(item => Form(Text(shape.GetProperty("member"), "shape")!, item.Value, $"{path}{item.Key}."))
                            .FirstOrDefault(problem => problem is not null);
                case "map":
                    return null;
                default:
                    return Scalar(shape, node.Value ?? "", path);
            }
        }

        public string? Json(string shapeName, JsonElement value, string path)
        {
            var shape = Shape(shapeName);
            return Text(shape, "type") switch
            {
                "structure" => Required(shape, required => value.TryGetProperty(required, out _), path)
                    ?? value
                        .EnumerateObject()
                        .Select(child =>
                            shape.GetProperty("members").TryGetProperty(child.Name, out var member)
                                ? Json(Text(member, "shape")!, child.Value, $"{path}{child.Name}.")
                                : $"The parameter {path}{child.Name} is not recognized"
                        )
                        .FirstOrDefault(problem => problem is not null),
                "list" => Count(shape, value.GetArrayLength(), path)
                    ?? value
                        .EnumerateArray()
                        .Select((item, index) => Json(Text(shape.GetProperty("member"), "shape")!, item, $"{path}{index + 1}."))
                        .FirstOrDefault(problem => problem is not null),
                "map" => null,
                _ => Scalar(shape, value.ToString(), path),
            };
        }

        private string? Scalar(JsonElement shape, string value, string path)
        {
            var name = path.TrimEnd('.');
            switch (Text(shape, "type"))
            {
                case "string":
                    return shape.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => one.GetString() == value)
                            ? $"Value ({value}) for parameter {name} is invalid"
                        : Number(shape, "min") is { } least && value.Length < least ? $"{name} is shorter than {least}"
                        : Number(shape, "max") is { } most && value.Length > most ? $"{name} is longer than {most}"
                        : Text(shape, "pattern") is { } pattern && !Fits(pattern, value) ? $"Value ({value}) for parameter {name} does not match {pattern}"
                        : null;
                case "integer" or "long":
                    return !long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? $"{name} is no number: {value}"
                        : number < Number(shape, "min") || number > Number(shape, "max") ? $"{name} is out of range: {value}"
                        : null;
                case "boolean":
                    return value.ToLowerInvariant() is "true" or "false" ? null : $"{name} is neither true nor false: {value}";
                default:
                    return null;
            }
        }

        /// <summary>Their patterns are Java's, for 16-bit units; one that .NET does not know says nothing.</summary>
        private static bool Fits(string pattern, string value)
        {
            try
            {
                return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.None, TimeSpan.FromSeconds(2));
            }
            catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
            {
                return true;
            }
        }

        private static string? Required(JsonElement shape, Func<string, bool> has, string path) =>
            shape.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(one => one.GetString()!).FirstOrDefault(one => !has(one)) is { } missing
                ? $"The request must contain the parameter {path}{missing}"
                : null;

        private static string? Count(JsonElement shape, int count, string path) =>
            count < Number(shape, "min") || count > Number(shape, "max") ? $"{path.TrimEnd('.')} has {count} items" : null;

        private string WireName(JsonProperty member) =>
            !_isEc2 ? Text(member.Value, "locationName") ?? member.Name
            : Text(member.Value, "queryName") is { } query ? query
            : Text(member.Value, "locationName") is { } location ? char.ToUpperInvariant(location[0]) + location[1..]
            : member.Name;

        private JsonElement Shape(string name) => model.Shapes[name];

        private static bool Flag(JsonElement shape, string name) => shape.TryGetProperty(name, out var flag) && flag.GetBoolean();

        private static string? Text(JsonElement shape, string name) => shape.TryGetProperty(name, out var text) ? text.GetString() : null;

        private static double? Number(JsonElement shape, string name) => shape.TryGetProperty(name, out var number) ? number.GetDouble() : null;
    }
}
