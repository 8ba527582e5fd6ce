using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using System.Xml.Linq;

namespace Lab.Tests.Deployer.Strict;

/// <summary>
/// AWS answers from copies that lag behind. For a while after its creation a thing is not in some descriptions, and calls that name it say
/// that there is none; for a while after its deletion it is still described, and what it used cannot be deleted yet. What takes AWS
/// minutes is <c>pending</c>, <c>associating</c> or <c>deleting</c> for that while.
/// </summary>
/// <param name="seed">Which while, and which answers.</param>
/// <param name="longest">The longest while.</param>
internal sealed partial class EventualConsistency(int seed, TimeSpan longest)
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, DateTime> _young = new();
    private readonly ConcurrentDictionary<string, Going> _going = new();
    private DateTime _profileKnown = DateTime.MinValue;

    /// <summary>How often a thing was kept back, shown too long, or not ready yet.</summary>
    public int Lags { get; private set; }

    /// <summary>Refuses a call as AWS does that has not heard of something yet, or has not forgotten it; null lets it through.</summary>
    public Answer? Refuse(Call call)
    {
        var parameters = HttpUtility.ParseQueryString(call.Text);
        if (call.Service == "ec2")
        {
            foreach (var (_, value) in Named(parameters).Where(parameter => IsHidden(parameter.Value)))
            {
                return Error(call, NotFoundCode(value), $"The ID '{value}' does not exist");
            }

            if (
                call.Operation is "DeleteSubnet" or "DeleteSecurityGroup" or "DeleteVpc" or "DetachInternetGateway" or "ReleaseAddress"
                && UserOf(parameters) is { } user
            )
            {
                return call.Operation == "ReleaseAddress"
                    ? Error(call, "InvalidIPAddress.InUse", $"The address is in use: {user}")
                    : Error(call, "DependencyViolation", $"The resource has dependencies and cannot be deleted: {user}");
            }
        }

        if (call.Service == "iam" && Value(parameters, "RoleName", "InstanceProfileName") is { } name && call.Writes && !IsCreation(call) && IsHidden(name))
        {
            return Error(call, "NoSuchEntity", $"The role with name {name} cannot be found.", HttpStatusCode.NotFound);
        }

        if (call.Operation is "CreateAutoScalingGroup" or "UpdateAutoScalingGroup" or "RunInstances" && DateTime.UtcNow < _profileKnown)
        {
            Lag();
            return Error(call, call.Service == "ec2" ? "InvalidParameterValue" : "ValidationError", "Invalid IAM Instance Profile name");
        }

        return null;
    }

    /// <summary>What the description of a thing says before it is deleted; null where it has none.</summary>
    /// <param name="call">The deletion.</param>
    /// <param name="describe">Asks the emulator.</param>
    public async Task<Going?> BeforeAsync(Call call, Func<string, Task<Answer>> describe)
    {
        if (Kinds.FirstOrDefault(kind => kind.Deletion == call.Operation) is not { } kind)
        {
            return null;
        }

        var id = HttpUtility.ParseQueryString(call.Text)[kind.Parameter]!;
        var answer = await describe($"Action={kind.Description}&Version=2016-11-15&{kind.Parameter}.1={id}");
        return answer.Status == HttpStatusCode.OK && Item(XElement.Parse(answer.Body), id) is { } item
            ? new Going(id, kind.Description, item, DateTime.UtcNow + While(), call.Operation == "DeleteNatGateway")
            : null;
    }

    /// <summary>Notes what a call that was carried out has made or taken away, and makes its answer as late as AWS's.</summary>
    public Answer After(Call call, Answer answer, Going? going)
    {
        if (answer.Status != HttpStatusCode.OK)
        {
            return answer;
        }

        if (going is not null)
        {
            _going[going.Id] = going;
            return answer;
        }

        if (call.Writes)
        {
            Note(call, answer);
            return answer;
        }

        return call.Service switch
        {
            "ec2" when call.Operation.StartsWith("Describe", StringComparison.Ordinal) => Late(call, answer),
            "iam" when Value(HttpUtility.ParseQueryString(call.Text), "RoleName", "InstanceProfileName") is { } name && IsHidden(name) => Error(
                call,
                "NoSuchEntity",
                $"{name} cannot be found.",
                HttpStatusCode.NotFound
            ),
            _ => answer,
        };
    }

    private void Note(Call call, Answer answer)
    {
        if (call.Service == "iam")
        {
            if (IsCreation(call) && Value(HttpUtility.ParseQueryString(call.Text), "InstanceProfileName", "RoleName") is { } name)
            {
                _young[name] = DateTime.UtcNow + While();
            }

            if (call.Operation is "CreateInstanceProfile" or "AddRoleToInstanceProfile")
            {
                _profileKnown = DateTime.UtcNow + While();
            }
        }
        else if (call.Service == "ec2" && (IsCreation(call) || call.Operation == "RunInstances"))
        {
            var made = Kinds.FirstOrDefault(kind => call.Operation == kind.Creation)?.Element ?? "instanceId";
            foreach (var element in XElement.Parse(answer.Body).Descendants().Where(element => element.Name.LocalName == made))
            {
                _young[element.Value] = DateTime.UtcNow + While();
            }
        }
    }

    private Answer Late(Call call, Answer answer)
    {
        var root = XElement.Parse(answer.Body);
        var kind = Kinds.FirstOrDefault(kind => kind.Description == call.Operation);
        foreach (var item in root.Descendants().Where(element => element.Name.LocalName == "item" && Id(element, kind) is { } id && IsHidden(id)).ToList())
        {
            item.Remove();
        }

        foreach (var item in root.Descendants().Where(element => element.Name.LocalName == "item" && Id(element, kind) is { } id && IsYoung(id)))
        {
            foreach (var (ready, pending) in Pending)
            {
                foreach (var state in item.Descendants().Where(element => element.Name.LocalName is "state" or "name" && element.Value == ready))
                {
                    Lag();
                    state.Value = pending;
                }
            }
        }

        foreach (var gone in _going.Values.Where(gone => gone.Describe == call.Operation && Matches(call, gone.Item)))
        {
            var isShown = DateTime.UtcNow < gone.Until;
            if ((isShown || gone.StaysDescribed) && Item(root, gone.Id) is null)
            {
                var item = new XElement(gone.Item);
                if (gone.StaysDescribed && item.Elements().FirstOrDefault(element => element.Name.LocalName == "state") is { } state)
                {
                    state.Value = isShown ? "deleting" : "deleted";
                }

                root.Elements()
                    .FirstOrDefault(element => element.Name.LocalName.EndsWith("Set", StringComparison.Ordinal) || element.Name.LocalName.EndsWith('s'))
                    ?.Add(item);
                Lag();
            }
        }

        return answer with
        {
            Body = root.ToString(SaveOptions.DisableFormatting),
        };
    }

    /// <summary>What is being deleted and uses what a call deletes.</summary>
    private string? UserOf(System.Collections.Specialized.NameValueCollection parameters)
    {
        var user = _going.Values.FirstOrDefault(gone =>
            gone.StaysDescribed
            && DateTime.UtcNow < gone.Until
            && Named(parameters).Any(named => gone.Item.Descendants().Any(element => element.Value == named.Value))
        );
        if (user is not null)
        {
            Lag();
        }

        return user?.Id;
    }

    private static IEnumerable<(string Name, string Value)> Named(System.Collections.Specialized.NameValueCollection parameters) =>
        parameters
            .AllKeys.OfType<string>()
            .Where(name => !name.StartsWith("Filter.", StringComparison.Ordinal) && !name.StartsWith("TagSpecification", StringComparison.Ordinal))
            .Select(name => (name, parameters[name] ?? ""))
            .Where(parameter => ResourceId().IsMatch(parameter.Item2));

    /// <summary>True when a description's filters let an item through.</summary>
    private static bool Matches(Call call, XElement item)
    {
        var parameters = HttpUtility.ParseQueryString(call.Text);
        var ids = parameters
            .AllKeys.OfType<string>()
            .Where(name => !name.StartsWith("Filter.", StringComparison.Ordinal) && ResourceId().IsMatch(parameters[name]!));
        var wanted = ids.Select(name => parameters[name]!).ToList();
        if (wanted.Count > 0 && !wanted.Any(id => item.Descendants().Any(element => element.Value == id)))
        {
            return false;
        }

        return Enumerable
            .Range(1, 10)
            .Where(index => parameters[$"Filter.{index}.Name"] is not null)
            .All(index =>
                Enumerable
                    .Range(1, 10)
                    .Select(value => parameters[$"Filter.{index}.Value.{value}"])
                    .OfType<string>()
                    .Any(value => item.Descendants().Any(element => !element.HasElements && element.Value == value))
            );
    }

    private static XElement? Item(XElement root, string id) =>
        root.Descendants().FirstOrDefault(element => element.Name.LocalName == "item" && element.Elements().Any(child => child.Value == id && IsOwnId(child)));

    private static bool IsOwnId(XElement child) => Kinds.Any(kind => kind.Element == child.Name.LocalName);

    private static string? Id(XElement item, Kind? kind) =>
        kind is null ? null : item.Elements().FirstOrDefault(element => element.Name.LocalName == kind.Element)?.Value;

    private bool IsYoung(string id) => _young.TryGetValue(id, out var until) && DateTime.UtcNow < until;

    /// <summary>Of the answers about a young thing, about every other one comes from a copy that does not have it.</summary>
    private bool IsHidden(string id)
    {
        if (!IsYoung(id))
        {
            return false;
        }

        lock (_lock)
        {
            if (_random.Next(2) == 0)
            {
                return false;
            }
        }

        Lag();
        return true;
    }

    private TimeSpan While()
    {
        lock (_lock)
        {
            return longest * _random.NextDouble();
        }
    }

    private void Lag()
    {
        lock (_lock)
        {
            Lags++;
        }
    }

    private static bool IsCreation(Call call) =>
        call.Operation.StartsWith("Create", StringComparison.Ordinal) || call.Operation.StartsWith("Allocate", StringComparison.Ordinal);

    private static string? Value(System.Collections.Specialized.NameValueCollection parameters, params string[] names) =>
        names.Select(name => parameters[name]).FirstOrDefault(value => value is not null);

    private static Answer Error(Call call, string code, string message, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        StrictMoto.Error(call, status, code, message);

    private static string NotFoundCode(string id) =>
        Kinds.FirstOrDefault(kind => id.StartsWith($"{kind.Prefix}-", StringComparison.Ordinal))?.NotFound ?? "InvalidID.NotFound";

    [GeneratedRegex("^[a-z]+-[0-9a-f]{8,17}$")]
    private static partial Regex ResourceId();

    /// <summary>Something that AWS has taken away and still shows.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Describe">The description that shows it.</param>
    /// <param name="Item">What that said.</param>
    /// <param name="Until">When it is gone.</param>
    /// <param name="StaysDescribed">True for a NAT gateway: it uses its subnet and address until it is gone, and is described as deleted for an hour.</param>
    internal sealed record Going(string Id, string Describe, XElement Item, DateTime Until, bool StaysDescribed);

    /// <summary>What EC2 calls a kind of thing.</summary>
    private sealed record Kind(string Prefix, string Element, string Creation, string Description, string NotFound)
    {
        /// <summary>The parameter that names one: <c>VpcId</c>.</summary>
        public string Parameter => char.ToUpperInvariant(Element[0]) + Element[1..];

        /// <summary>What takes one away; null for instances, which are terminated several at a time.</summary>
        public string? Deletion =>
            Creation switch
            {
                "RunInstances" => null,
                "AllocateAddress" => "ReleaseAddress",
                _ => Creation.Replace("Create", "Delete", StringComparison.Ordinal),
            };
    }

    private static readonly Kind[] Kinds =
    [
        new("vpc", "vpcId", "CreateVpc", "DescribeVpcs", "InvalidVpcID.NotFound"),
        new("subnet", "subnetId", "CreateSubnet", "DescribeSubnets", "InvalidSubnetID.NotFound"),
        new("igw", "internetGatewayId", "CreateInternetGateway", "DescribeInternetGateways", "InvalidInternetGatewayID.NotFound"),
        new(
            "eigw",
            "egressOnlyInternetGatewayId",
            "CreateEgressOnlyInternetGateway",
            "DescribeEgressOnlyInternetGateways",
            "InvalidEgressOnlyInternetGatewayId.NotFound"
        ),
        new("rtb", "routeTableId", "CreateRouteTable", "DescribeRouteTables", "InvalidRouteTableID.NotFound"),
        new("sg", "groupId", "CreateSecurityGroup", "DescribeSecurityGroups", "InvalidGroup.NotFound"),
        new("eni", "networkInterfaceId", "CreateNetworkInterface", "DescribeNetworkInterfaces", "InvalidNetworkInterfaceID.NotFound"),
        new("eipalloc", "allocationId", "AllocateAddress", "DescribeAddresses", "InvalidAllocationID.NotFound"),
        new("nat", "natGatewayId", "CreateNatGateway", "DescribeNatGateways", "NatGatewayNotFound"),
        new("dopt", "dhcpOptionsId", "CreateDhcpOptions", "DescribeDhcpOptions", "InvalidDhcpOptionID.NotFound"),
        new("lt", "launchTemplateId", "CreateLaunchTemplate", "DescribeLaunchTemplates", "InvalidLaunchTemplateId.NotFound"),
        new("i", "instanceId", "RunInstances", "DescribeInstances", "InvalidInstanceID.NotFound"),
    ];

    private static readonly (string Ready, string Pending)[] Pending = [("available", "pending"), ("associated", "associating"), ("running", "pending")];
}
