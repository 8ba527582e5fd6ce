using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Options = Amazon.EC2.Model.DhcpOptions;

namespace Lab.Deployment.Resources;

/// <summary>What Amazon's DHCP tells the instances. A set cannot be changed, so another value means another set.</summary>
internal sealed class DhcpOptions(LabDefinition lab, Vpc vpc) : Resource("dhcp-options", "DHCP options", vpc)
{
    private const string UsedBy = "used by";
    private const string AmazonDefault = "default";

    private static readonly string[] Options = ["domain-name", "domain-name-servers", "ntp-servers"];

    public override IReadOnlyCollection<string> Immutable => Options;

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var networks = Vpc.DescribeAsync(aws, lab, vpc.Id, cancellationToken);
        var options = await Tagging.FindAsync<Ec2Options>(
            aws,
            lab,
            Id,
            found => found.Tags,
            found => found.DhcpOptionsId,
            filters => aws.Ec2.Paginators.DescribeDhcpOptions(new DescribeDhcpOptionsRequest { Filters = filters }).DhcpOptions,
            cancellationToken
        );
        var users = await networks;
        if (options is null)
        {
            return null;
        }

        var fields = new Fields();
        foreach (var configuration in options.DhcpConfigurations ?? [])
        {
            fields[configuration.Key] = string.Join(' ', configuration.Values);
        }

        if (users.FirstOrDefault(user => user.DhcpOptionsId == options.DhcpOptionsId) is { } network)
        {
            fields[UsedBy] = network.VpcId;
        }

        fields.AddName(options.Tags);
        return new Found(options.DhcpOptionsId, fields);
    }

    public override Fields Desired(World world)
    {
        var fields = new Fields { [UsedBy] = world.Ref(vpc), [Tagging.NameField] = Tagging.ConsoleName(lab, Id) };
        foreach (var (name, values) in Configuration())
        {
            fields[name] = string.Join(' ', values);
        }

        return fields;
    }

    public override async Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken)
    {
        var answer = await aws.Ec2Writes.CreateDhcpOptionsAsync(
            new CreateDhcpOptionsRequest
            {
                DhcpConfigurations = [.. Configuration().Select(option => new DhcpConfiguration { Key = option.Name, Values = option.Values })],
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.DhcpOptions),
            },
            cancellationToken
        );
        if (aws.Target.IsLocal && answer.DhcpOptions.Tags is null or { Count: 0 })
        {
            // moto 5.2 ignores the tags of this call.
            await aws.Ec2Writes.CreateTagsAsync(
                new CreateTagsRequest { Resources = [answer.DhcpOptions.DhcpOptionsId], Tags = Tagging.List(lab, Id) },
                cancellationToken
            );
        }
    }

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Any(change => change.Name == UsedBy))
        {
            await aws.Ec2Writes.AssociateDhcpOptionsAsync(
                new AssociateDhcpOptionsRequest { DhcpOptionsId = found.Id, VpcId = world.Ref(vpc) },
                cancellationToken
            );
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        if (found.Fields.TryGetValue(UsedBy, out var network))
        {
            await aws.Ec2Writes.AssociateDhcpOptionsAsync(
                new AssociateDhcpOptionsRequest { DhcpOptionsId = AmazonDefault, VpcId = network },
                cancellationToken
            );
        }

        await aws.Ec2Writes.DeleteDhcpOptionsAsync(new DeleteDhcpOptionsRequest { DhcpOptionsId = found.Id }, cancellationToken);
    }

    private IEnumerable<(string Name, List<string> Values)> Configuration()
    {
        yield return (Options[0], [lab.Network.DhcpOptions.DomainName]);
        yield return (Options[1], [.. lab.Network.DhcpOptions.Servers(lab).Select(server => server.ToString())]);
        if (lab.Network.DhcpOptions.NtpServers.Count > 0)
        {
            yield return (Options[2], [.. lab.Network.DhcpOptions.NtpServers.Select(server => server.ToString())]);
        }
    }
}
