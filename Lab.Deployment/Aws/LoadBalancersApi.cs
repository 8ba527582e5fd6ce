using System.Xml.Linq;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>A load balancer.</summary>
internal sealed record LoadBalancer(string Name, string? Vpc, string? Scheme, string? Arn);

/// <summary>The calls of Elastic Load Balancing that are needed; its classic balancers have an API version of their own (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference).</summary>
internal sealed class LoadBalancersApi(ProtocolClient current, ProtocolClient classic)
{
    /// <summary>Application, network and gateway load balancers of the region.</summary>
    public Task<IReadOnlyList<LoadBalancer>> AllAsync(CancellationToken cancellationToken) => ReadAsync(current, "LoadBalancers", "VpcId", cancellationToken);

    /// <summary>Classic load balancers of the region.</summary>
    public Task<IReadOnlyList<LoadBalancer>> ClassicAsync(CancellationToken cancellationToken) =>
        ReadAsync(classic, "LoadBalancerDescriptions", "VPCId", cancellationToken);

    private static async Task<IReadOnlyList<LoadBalancer>> ReadAsync(ProtocolClient client, string list, string vpc, CancellationToken cancellationToken)
    {
        List<LoadBalancer> all = [];
        string? marker = null;
        do
        {
            var answer = XElement.Parse(await client.CallAsync(new ProtocolRequest("DescribeLoadBalancers").With("Marker", marker), cancellationToken));
            all.AddRange(
                answer
                    .List(list)
                    .Select(balancer => new LoadBalancer(
                        balancer.Text("LoadBalancerName")!,
                        balancer.Text(vpc),
                        balancer.Text("Scheme"),
                        balancer.Text("LoadBalancerArn")
                    ))
            );
            marker = answer.Descendants().FirstOrDefault(element => element.Name.LocalName == "NextMarker")?.Value;
        } while (!string.IsNullOrEmpty(marker));
        return all;
    }
}
