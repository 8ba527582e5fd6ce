using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Dashboard.Serving;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Home;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace LabCli.Commands;

/// <summary><c>render</c>: the files with which containers serve a real network.</summary>
internal static class RenderCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "The folder to write to: a new or an empty one.", HelpName = "DIR" };
    private static readonly Option<string> For = new Option<string>("--for")
    {
        Description = "home: a machine on a real network, with the services as containers.",
        HelpName = "home",
        Required = true,
    }.OneOf("home");

    public static Command Create()
    {
        var command = new VerbCommand(
            "render",
            """
            Write what a machine of yours needs to serve real machines as containers do: a compose file and all files that it mounts.
            It sends nothing and needs no root. The containers do what lab serve does, with matchbox as boot server.

            Example:
              lab render out --for home --interface eth0 --image v1.11.2

            lab-deploy render writes what is deployed to AWS.
            """
        )
        {
            Folder,
            For,
            ServeCommand.Interface,
            ServeCommand.Dhcp,
            ServeCommand.Image,
            RunOptions.MachineConfigs,
            RunOptions.NoInstall,
            CommonOptions.File,
            CommonOptions.Name,
            CommonOptions.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (folder, lab) = (Path.GetFullPath(arguments.GetValue(Folder)!), ServeCommand.Lab(arguments));
        RequireEmpty(folder);
        var lan = Network(lab);
        var (served, image) = (lan.Serve(lab), arguments.GetValue(ServeCommand.Image));
        var configurations = arguments.GetValue(RunOptions.MachineConfigs) is { } given ? MachineConfigFolder.Read(given, served) : MachineConfigFolder.None;
        var firmware = RaspberryPiFirmware.Of(served);
        var request = new LabRequest(served)
        {
            Lan = lan,
            Image = image,
            MayInstall = !arguments.GetValue(RunOptions.NoInstall),
        };
        var tools = await LabLauncher.ProvideAsync(request, Console.Error.WriteLine, cancellationToken);
        var images = await new ImageChoice(image, served, tools, LabFolders.OfUser, Console.Error.WriteLine).GetAllAsync(cancellationToken);
        try
        {
            RunFolder.PrepareContainers(
                folder,
                served,
                lan,
                tools,
                new ServedImages(images.With(boot => boot.OnMetal)) { MachineConfigs = configurations.ByNode, RaspberryPi = firmware }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot write to {folder}: {e.Message}", inner: e);
        }

        Print(folder, lan, arguments.GetValue(CommonOptions.Json));
        return 0;
    }

    /// <summary>The group of a node that an earlier file had would be served too.</summary>
    private static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new LabException($"{folder} is there and not empty: what is left of an earlier lab would be served too. Name a new folder, or empty it.");
        }
    }

    /// <summary>This machine's network if the interface is one of its own and in the lab's subnet, else that of another machine.</summary>
    private static HomeLan Network(LabDefinition lab)
    {
        var home = lab.Network.Home;
        var name =
            home.Interface
            ?? throw new LabException("Which network interface has the machine that is to serve? Name it with --interface or network.home.interface.");
        var own = HostInterface.All().FirstOrDefault(one => one.Name == name)?.Addresses.FirstOrDefault(one => one.Network.Equals(lab.Network.PrivateSubnet));
        var address = home.Address.Address ?? own?.Address ?? lab.Bastion.Address;
        return lab.Nodes.FirstOrDefault(node => node.Address.Equals(address)) is { } same
            ? throw new LabException($"{address} is the address of the machine that serves, and that of {same.Name}. Give one of the two another one.")
            : new HomeLan(name, address, lab.Network.PrivateSubnet, home.Dhcp, own is null ? null : HostRoutes.GatewayOf(name));
    }

    private static void Print(string folder, HomeLan lan, bool json)
    {
        if (json)
        {
            var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        folder,
                        lan.Interface,
                        Address = $"{lan.Address}",
                        Dhcp = lan.Dhcp.ToString().ToLowerInvariant(),
                        Files = files.Order(StringComparer.Ordinal),
                    },
                    JsonSerializerOptions.Web
                )
            );
            return;
        }

        Console.WriteLine(
            $"""
            {folder}: for a machine with {lan.Address} on {lan.Interface}: {HomeDnsmasq.Role(lan.Dhcp)}, HTTP boot, DNS, registry caches.
            If that is another machine, copy the folder there (rsync -a). Then, in the folder: docker compose up -d
            """
        );
        if (lan.Gateway is null)
        {
            Console.WriteLine(
                $"Its name server answers for the lab's names only: no router is known on {lan.Interface}. For others add to {HomeFiles.DnsConfig}: server=ADDRESS"
            );
        }

        if (lan.Dhcp == HomeDhcp.Full)
        {
            Console.WriteLine("dhcp: full gives addresses. Look first that no other DHCP server answers there: lab serve does that, containers do not.");
        }
    }
}
