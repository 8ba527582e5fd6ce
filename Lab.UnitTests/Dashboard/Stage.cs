using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.UnitTests.Dashboard;

/// <summary>What a staged lab is made of.</summary>
internal static class Stage
{
    private static readonly double[] Seconds = [0.1, 1.61, 1.63, 1.8, 1.95, 2.4, 2.6, 3.3, 3.9, 4.6, 4.7, 5.58, 5.64];

    private static readonly ResourceCommand[] ServiceCommands =
    [
        new("start", "Start", "Play"),
        new("stop", "Stop", "Stop", "Stop it?"),
        new("restart", "Restart", "ArrowCounterclockwise"),
    ];

    /// <summary>The lab of the defaults, with as many nodes as wanted, all healthy.</summary>
    public static StagedLab Healthy(LabDefinition lab, Uri? emulator = null)
    {
        var staged = new StagedLab();
        staged.Set(Resource("network", ResourceKind.Network, "isolated network", "10.20.13.0/24", []));
        staged.Set(Resource("dnsmasq", ResourceKind.Service, "DHCP and TFTP", "10.20.13.140:67", ServiceCommands));
        staged.Set(
            Resource("boot-server", ResourceKind.Service, "HTTP boot", "10.20.13.140:8080", ServiceCommands) with
            {
                Urls = new Dictionary<string, string> { ["http"] = "http://127.0.0.1:8080" },
            }
        );
        foreach (var mirror in lab.Mirrors)
        {
            staged.Set(
                Resource($"registry-{mirror.Registry}", ResourceKind.Cache, $"cache of {mirror.Registry}", $"10.20.13.140:{mirror.Port}", ServiceCommands)
            );
        }

        staged.Set(
            Resource("aws", ResourceKind.Emulator, "AWS emulator", null, []) with
            {
                Urls = emulator is null ? new Dictionary<string, string>() : new() { ["http"] = emulator.ToString() },
            }
        );
        foreach (var node in lab.Nodes)
        {
            var machine = MachineFacts.OfVirtual(lab.MachineOf(node), BootImage.StandIn) with { Image = "stand-in", ImageFrom = "built on this machine" };
            var resource = Resource(
                node.Name,
                ResourceKind.Node,
                $"node {node.Mac}",
                $"{node.Address}:50000",
                [new("power-cycle", "Power-cycle", "ArrowCounterclockwise", "Switch it off and on again?"), new("console", "Open console", "WindowConsole")]
            );
            staged.Set(resource with { Definition = resource.Definition with { Machine = machine } });
            staged.Set(Boot(node.Name, BootStage.Ready));
        }

        return staged;
    }

    /// <summary>A boot that has come to a stage.</summary>
    public static BootSnapshot Boot(string node, BootStage last) =>
        new(
            node,
            DateTimeOffset.UtcNow.AddSeconds(-60),
            [
                .. BootStages
                    .All.Zip(Seconds)
                    .Where(reached => reached.First <= last)
                    .Select(reached => new ReachedStage(reached.First, TimeSpan.FromSeconds(reached.Second), "console")),
            ]
        )
        {
            IsReady = last == BootStage.Ready,
            EndedAfter = last == BootStage.Ready ? TimeSpan.FromSeconds(Seconds[^1]) : null,
        };

    private static ResourceSnapshot Resource(string name, ResourceKind kind, string description, string? address, ResourceCommand[] commands) =>
        new(
            new LabResource(name, kind, description)
            {
                Icon = "Box",
                Endpoints = address is null ? [] : [new("main", address, "tcp", false)],
                Commands = commands,
            },
            ResourceState.Healthy
        )
        {
            StartedAt = DateTimeOffset.UtcNow.AddMinutes(-12),
            EnabledCommands = [.. commands.Select(command => command.Name).Where(name => name != "start")],
        };
}
