using System.CommandLine;
using Lab.CommandLine;
using Lab.Dashboard.Serving;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Home;
using Lab.Model;
using Lab.Model.Definition;

namespace LabCli.Commands;

/// <summary><c>serve</c>: serves a real network.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(10);

    public static readonly Option<string?> Interface = new("--interface", "-i")
    {
        Description = "The network interface to serve on, instead of the lab file's network.home.interface.",
        HelpName = "NAME",
    };
    public static readonly Option<string?> Dhcp = new Option<string?>("--dhcp")
    {
        Description =
            "proxy: the router gives addresses, Lab says what to boot. full: Lab gives addresses too, where no other DHCP server answers. off: the router names the boot file.",
        HelpName = "proxy|full|off",
    }.OneOf([.. Enum.GetNames<HomeDhcp>().Select(name => name.ToLowerInvariant())]);
    public static readonly Option<string?> Image = new("--image")
    {
        Description =
            $"What the machines boot, instead of the lab file's boot.image: a folder with a kernel and an initramfs, a container image that holds them, a Talos release, or {ImageChoice.StandIn} (for virtual machines).",
        HelpName = "DIR|REF|VERSION",
    };
    private static readonly Option<bool> Yes = new("--yes", "-y")
    {
        Description = "Serve also on an interface that a lab is usually not meant for: wireless, a VPN, a bridge of containers, a public address.",
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "serve",
            $"""
            Serve real machines on a real network, from this machine's own address, until Ctrl-C. Needs root or three capabilities.
            Only machines of the lab file are answered; others are listed. The router keeps giving the addresses unless --dhcp says otherwise.

            Examples:
              lab serve --interface eth0                    boot the lab file's machines
              lab serve --interface eth0 --image v1.11.2    with a release of Talos
              lab reservations --format openwrt             what the router should know before
              lab serve -i eth0 --install-service           let systemd run that, from each start of the machine on

            Exit codes: 0 it has served until it was ended, 1 it cannot or should not serve there, 2 this machine lacks something, 130 interrupted before it served.
            """
        )
        {
            Interface,
            Dhcp,
            Image,
            RunOptions.MachineConfigs,
            Timeout,
            Yes,
            ServiceCommands.Install,
            ServiceCommands.Uninstall,
            RunOptions.NoDashboard,
            RunOptions.Port,
            RunOptions.NoInstall,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.Validators.Add(ServiceCommands.Validate);
        command.SetAction(
            (arguments, cancellationToken) =>
                arguments.GetValue(ServiceCommands.Uninstall) ? ServiceCommands.UninstallAsync(arguments, cancellationToken)
                : arguments.GetValue(ServiceCommands.Install) ? ServiceCommands.InstallAsync(arguments, Request(arguments), cancellationToken)
                : LabRunner.RunAsync(arguments, () => Request(arguments), cancellationToken)
        );
        return command;
    }

    private static Option<int> Timeout { get; } =
        RunOptions.Timeout("Seconds within which a machine must get ready after it was first seen; later it has failed.", UsualTimeout);

    private static LabRequest Request(ParseResult arguments)
    {
        var lab = Lab(arguments);
        if (lab.Services == ServiceMode.Container)
        {
            throw new LabException("services: container: on a real network the services run as processes of this machine. Set services: auto.");
        }

        var lan = HomeNetwork.Of(lab, HostInterface.All(), HostRoutes.GatewayOf, arguments.GetValue(Yes));
        if (!Environment.IsPrivilegedProcess && ProcessPrivileges.Of(Environment.ProcessId) is not { HasNetwork: true })
        {
            throw new LabException(
                $"{LabCommand.Line("serve")} needs root, or the capabilities net_bind_service, net_raw and net_admin: it opens the ports of DHCP, TFTP and DNS. Use sudo; without root: docs/guide/shelf.md#without-root",
                exitCode: 2
            );
        }

        return new LabRequest(lan.Serve(lab))
        {
            Lan = lan,
            Remark = lab.Network.Ipv6 is { } prefix
                ? $"network.ipv6: left out, since on a real network it is the router that announces {prefix}, not Lab."
                : null,
            Folder = Path.GetDirectoryName(CommonOptions.PathOfFile(arguments)) ?? Environment.CurrentDirectory,
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(Timeout)),
            Image = arguments.GetValue(Image),
            MachineConfigs = arguments.GetValue(RunOptions.MachineConfigs),
            Serving = RunOptions.Serving(arguments),
            MayInstall = !arguments.GetValue(RunOptions.NoInstall),
        };
    }

    /// <summary>The lab for real machines, as the lab file and the options say it.</summary>
    /// <exception cref="LabException">They boot something that is rehearsed only.</exception>
    public static LabDefinition Lab(ParseResult arguments)
    {
        var lab = CommonOptions.Definition(arguments);
        var home = lab.Network.Home with
        {
            Interface = arguments.GetValue(Interface) ?? lab.Network.Home.Interface,
            Dhcp = arguments.GetValue(Dhcp) is { } dhcp ? Enum.Parse<HomeDhcp>(dhcp, ignoreCase: true) : lab.Network.Home.Dhcp,
        };
        lab = WithImages(lab with { Network = lab.Network with { Home = home } }, arguments.GetValue(Image));
        return lab.Nodes.Any(node => lab.MachineOf(node).Image is { From: null })
            ? throw new LabException(
                $"image: other operating systems than Talos are rehearsed only. Leave it out, or say which Talos the machines boot: {LabCommand.Line("serve --image v1.12.3")}"
            )
            : lab;
    }

    /// <summary>Machines of which nothing else is said boot what they would boot on AWS; with the option all boot what it says.</summary>
    private static LabDefinition WithImages(LabDefinition lab, string? option) =>
        option is not null ? lab.WithImages(_ => null)
        : lab.ImageOfAll() is null ? lab with { Image = new() { From = ImageName.Parse(lab.Boot.Image) } }
        : lab;
}
