using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Ec2Table = Amazon.EC2.Model.RouteTable;

namespace Lab.Deployment.Resources;

/// <summary>
/// The lab's routes in the route table of an existing subnet. A tag of the table names them, written before the first and removed after
/// the last, so that the lab knows its own whenever a run ends; other routes are not touched.
/// </summary>
/// <param name="lab">The lab.</param>
/// <param name="table">The route table.</param>
/// <param name="routes">Where to, by destination.</param>
internal sealed class AddedRoutes(LabDefinition lab, string table, IReadOnlyDictionary<string, Resource> routes)
    : Resource("routes/private", "routes of the lab", [.. routes.Values.Distinct()])
{
    private const string Mark = "marked";

    /// <summary>The destinations of the lab's routes in a table.</summary>
    public static IReadOnlySet<string> MarkOf(Ec2Table? table, LabDefinition lab) =>
        (Tagging.Value(table?.Tags, Tags.Routes(lab)) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    /// <summary>The tables in which a lab has routes.</summary>
    public static async Task<IReadOnlyList<string>> TablesAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { Filters = [new("tag-key", [Tags.Routes(lab)])] })
            .RouteTables.ToListAsync(cancellationToken);
        return [.. answer.Where(found => Tagging.Value(found.Tags, Tags.Routes(lab)) is not null).Select(found => found.RouteTableId)];
    }

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { RouteTableIds = [table] })
            .RouteTables.ToListAsync(cancellationToken);
        if (answer.SingleOrDefault() is not { } found)
        {
            return null;
        }

        var marked = MarkOf(found, lab);
        var fields = new Fields();
        foreach (var route in (found.Routes ?? []).Where(route => marked.Contains(RouteTable.DestinationOf(route))))
        {
            fields[RouteTable.Route + RouteTable.DestinationOf(route)] = RouteTable.TargetOf(route);
        }

        if (Tagging.Value(found.Tags, Tags.Routes(lab)) is { } mark)
        {
            fields[Mark] = mark;
        }

        return new Found(found.RouteTableId, fields) { IsForeign = !fields.ContainsKey(Mark) };
    }

    public override Fields Desired(World world)
    {
        var fields = new Fields();
        foreach (var (destination, target) in routes)
        {
            fields[RouteTable.Route + destination] = world.Ref(target);
        }

        if (routes.Count > 0)
        {
            fields[Mark] = string.Join(' ', routes.Keys.Order(StringComparer.Ordinal));
        }

        return fields;
    }

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        throw new LabException($"Route table {table} has gone while lab-deploy was running.");

    /// <summary>The mark names what is and what will be, until both are the same.</summary>
    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        var marked = found.Fields.GetValueOrDefault(Mark)?.Split(' ') ?? [];
        if (routes.Keys.Except(marked).Any())
        {
            await MarkAsync(aws, [.. routes.Keys.Union(marked)], cancellationToken);
        }

        foreach (var change in changes.Where(change => change.Name.StartsWith(RouteTable.Route, StringComparison.Ordinal)))
        {
            await RouteTable.ChangeRouteAsync(aws, table, change, cancellationToken);
        }

        if (marked.Except(routes.Keys).Any())
        {
            await MarkAsync(aws, routes.Keys, cancellationToken);
        }
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        foreach (var (name, target) in found.Fields.Where(field => field.Key.StartsWith(RouteTable.Route, StringComparison.Ordinal)).ToList())
        {
            await RouteTable.ChangeRouteAsync(aws, table, new FieldChange(name, target, null), cancellationToken);
        }

        await MarkAsync(aws, [], cancellationToken);
    }

    private async Task MarkAsync(AwsClients aws, IEnumerable<string> destinations, CancellationToken cancellationToken)
    {
        var mark = string.Join(' ', destinations.Order(StringComparer.Ordinal));
        var key = Tags.Routes(lab);
        await (
            mark.Length > 0
                ? aws.Ec2Writes.CreateTagsAsync(new CreateTagsRequest { Resources = [table], Tags = [new(key, mark)] }, cancellationToken)
                : (Task)aws.Ec2Writes.DeleteTagsAsync(new DeleteTagsRequest { Resources = [table], Tags = [new() { Key = key }] }, cancellationToken)
        );
    }
}
