using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Amazon.EC2;
using Lab.CommandLine;
using Lab.CommandLine.Cluster;
using Lab.Deployment.Resources;
using Lab.Deployment.Tunnels;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime.Cluster;

namespace Lab.Deployer.Commands;

/// <summary>Launched nodes, which are reached through the bastion.</summary>
internal sealed class AwsSide : ClusterSide
{
    private const string BySsh = "ssh",
        BySessionManager = "ssm",
        Directly = "direct",
        OnAws = "aws";

    private static readonly Option<string> Via = new Option<string>("--via")
    {
        Description =
            "The way to the nodes, with --target aws: ssh to the bastion, ssm for AWS's session manager, or direct for a network that leads there anyway.",
        HelpName = "ssh|ssm|direct",
        DefaultValueFactory = _ => BySsh,
    }.OneOf(BySsh, BySessionManager, Directly);

    private static readonly Option<string> Ssh = new("--ssh")
    {
        Description = "The program ssh with options of yours: 'ssh -i FILE', 'ssh -J HOST'.",
        HelpName = "COMMAND",
        DefaultValueFactory = _ => BySsh,
    };

    public override IReadOnlyList<Option> Options => [Via, Ssh];

    public override Option<bool> Json => Commands.Options.Json;

    public override string OfUp => $"Before, launch them: {DeployCommand.Line("launch")}.";

    public override ChosenCluster Choose(ParseResult arguments)
    {
        Demand(arguments);
        var (lab, isOnAws) = (Commands.Options.Lab(arguments), IsOnAws(arguments));
        return new(
            lab,
            ClusterPlan.OnAws(lab, isOnAws ? ClusterPlace.Aws : ClusterPlace.Emulator),
            LabFolders.OfUser.Lab(lab.Name).In(isOnAws ? OnAws : "emulator")
        );
    }

    public override Argument<string[]> Nodes(string description) => new("NODE") { Description = description, Arity = ArgumentArity.ZeroOrMore };

    public override async Task<ClusterWay> OpenAsync(
        ParseResult arguments,
        ChosenCluster cluster,
        string talosctl,
        bool toAll,
        CancellationToken cancellationToken
    )
    {
        var plan = cluster.Plan;
        await using var session = await Session.OpenAsync(arguments, TimeProvider.System, cancellationToken);
        var missing = Missing(plan, await NodeInstances.FindAsync(session.Aws, cluster.Lab, cancellationToken));
        if (missing.Count > 0 && toAll)
        {
            throw new LabException(string.Join('\n', missing));
        }

        if (missing.Count == plan.Nodes.Count)
        {
            throw new LabException(
                $"{string.Join('\n', missing)}\nOr, to remove the files of a cluster whose nodes are gone: {plan.CommandLine("destroy --yes --forget")}"
            );
        }

        if (plan.Place == ClusterPlace.Emulator)
        {
            var folder = LabFolders.OfUser.Lab(cluster.Lab.Name);
            folder.RequireRunning();
            return new(Talosctl.InLab(talosctl, folder)) { Missing = missing };
        }

        if (arguments.GetValue(Via) == Directly)
        {
            return new(Talosctl.Direct(talosctl)) { Missing = missing };
        }

        var proxy = new ConnectProxy(await TunnelAsync(arguments, session, plan, cancellationToken));
        return new(Talosctl.Through(talosctl, proxy.Environment), proxy) { Missing = missing };
    }

    /// <summary>The proxy to the nodes; null where the way is direct.</summary>
    /// <exception cref="LabException">There is no bastion, or it is not reached.</exception>
    internal static async Task<ConnectProxy?> ProxyAsync(ParseResult arguments, ClusterPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Place == ClusterPlace.Emulator)
        {
            throw new LabException($"The nodes of a rehearsed VPC are in the lab's own network: {LabCommand.Line("exec -- COMMAND")}");
        }

        if (arguments.GetValue(Via) == Directly)
        {
            return null;
        }

        await using var session = await Session.OpenAsync(arguments, TimeProvider.System, cancellationToken);
        return new(await TunnelAsync(arguments, session, plan, cancellationToken));
    }

    private static async Task<ITunnel> TunnelAsync(ParseResult arguments, Session session, ClusterPlan plan, CancellationToken cancellationToken)
    {
        var bastion = await BastionHost.FindAsync(session.Aws, session.Lab, cancellationToken);
        List<DnsEndPoint> destinations =
        [
            .. plan.Nodes.Select(node => new DnsEndPoint($"{node.Address}", LabResources.NodePort)),
            new(plan.Endpoint.Host, plan.Endpoint.Port),
        ];
        return arguments.GetValue(Via) == BySessionManager
            ? await SessionManagerTunnel.OpenAsync(session.Target, bastion, destinations, cancellationToken)
            : await SshTunnel.OpenAsync([.. CommandLineParser.SplitCommandLine(arguments.GetValue(Ssh)!)], bastion, destinations, cancellationToken);
    }

    /// <summary>Refuses ways that lead nowhere.</summary>
    private static void Demand(ParseResult arguments)
    {
        foreach (var option in new Option[] { Via, Ssh }.Where(option => !IsOnAws(arguments) && IsGiven(arguments, option)))
        {
            throw new LabException($"{option.Name} is the way to a bastion on AWS, and the target is local. Add --target aws, or leave out {option.Name}.");
        }

        if (IsGiven(arguments, Ssh) && arguments.GetValue(Via) != BySsh)
        {
            throw new LabException($"{Ssh.Name} and {Via.Name} {arguments.GetValue(Via)} contradict each other: leave one of them out.");
        }

        if (string.IsNullOrWhiteSpace(arguments.GetValue(Ssh)))
        {
            throw new LabException($"{Ssh.Name} names no program; expected one like 'ssh -i FILE'.");
        }
    }

    private static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    private static bool IsOnAws(ParseResult arguments) => arguments.GetValue(Commands.Options.Target) == OnAws;

    private static List<string> Missing(ClusterPlan plan, IReadOnlyList<NodeInstance> instances)
    {
        var target = plan.Place == ClusterPlace.Aws ? " --target aws" : "";
        return
        [
            .. plan
                .Nodes.Select(node =>
                    instances.FirstOrDefault(instance => instance.Name == node.Name) switch
                    {
                        null => $"{node.Name} is not launched. Run: {DeployCommand.Line("launch")}",
                        { State: var state } instance when state == InstanceStateName.Stopped =>
                            $"{node.Name} ({instance.Id}) is stopped. Run: {DeployCommand.Line("start")}",
                        { State: var state } instance when state != InstanceStateName.Running =>
                            $"{node.Name} ({instance.Id}) is {state}. See: {DeployCommand.Line("nodes")}",
                        { PrivateIp: var address } instance when address != $"{node.Address}" =>
                            $"{node.Name} ({instance.Id}) has the address {address}, and its configuration would be for {node.Address}. Launch it anew: {DeployCommand.Line($"terminate {node.Name}")}; {DeployCommand.Line("launch")}",
                        _ => null,
                    }
                )
                .OfType<string>(),
        ];
    }
}
