using System.Net.Sockets;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model.Definition;

namespace Lab.Emulation.Aws;

/// <summary>An instance's virtual machine while it is on, and the boot that it makes.</summary>
public sealed class InstanceMachine : IAsyncDisposable
{
    private readonly VpcFabric _fabric;
    private readonly SerialConsole _serial;
    private readonly Machine _machine;
    private readonly PluggedInstance _plugged;

    private InstanceMachine(PluggedInstance plugged, Ec2Image image, NodeBoot boot, VpcFabric fabric, SerialConsole serial, LogFile console, Machine machine)
    {
        (_plugged, Image, Boot, Console) = (plugged, image, boot, console);
        (_fabric, _serial, _machine) = (fabric, serial, machine);
    }

    /// <summary>The instance.</summary>
    public VpcInstance Instance => _plugged.Instance;

    /// <summary>What it boots from.</summary>
    public Ec2Image Image { get; }

    /// <summary>Its boot.</summary>
    public NodeBoot Boot { get; }

    /// <summary>What it wrote to its serial console.</summary>
    public LogFile Console { get; }

    /// <summary>Process id of QEMU.</summary>
    public int Pid => _machine.Pid;

    /// <summary>Completes when the machine is off.</summary>
    public Task<MachineEnd> Exited => _machine.Exited;

    /// <summary>Switches a machine on.</summary>
    /// <param name="plugged">The instance.</param>
    /// <param name="image">What it comes to boot; says what memory it needs.</param>
    /// <param name="plan">What its boot should come to.</param>
    /// <param name="host">What it runs on.</param>
    /// <param name="terminals">Lets terminals attach to its serial line.</param>
    /// <param name="began">Gets the boot before the machine is on.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<InstanceMachine> StartAsync(
        PluggedInstance plugged,
        NodeImage image,
        BootPlan plan,
        InstanceHost host,
        ConsoleServer terminals,
        Action<NodeBoot> began,
        CancellationToken cancellationToken
    )
    {
        var (fabric, site, folders) = host;
        var (folder, _, tools) = site;
        var (instance, name, one) = plugged;
        var boots = Ec2Image.Of(instance.ImageName);
        var disk = folder.Disk(instance.Id);
        if (!File.Exists(disk))
        {
            await InstanceDisk.CreateAsync(disk, instance.DiskGib, InstanceFiles.Of(boots, image, tools), tools, folders, cancellationToken);
        }

        var network = await fabric.AttachMachineAsync(one.Id, cancellationToken);
        var node = new NodeDefinition
        {
            Name = name,
            Mac = one.Mac,
            Address = one.AddressOf(AddressFamily.InterNetwork)!,
        };
        var console = new LogFile(folder.Log($"{node.Name}.console"));
        var serial = new SerialConsole(folder.Socket($"{node.Name}.console"), console);
        terminals.Connect(serial);
        var boot = new NodeBoot(node, one.Mac, plan);
        serial.Received += boot.Hear;
        console.LineWritten += line =>
        {
            if (ConsoleReader.Read(line, null) is { } seen)
            {
                boot.Observe(seen);
            }
        };
        began(boot);
        try
        {
            var machine = Machine.Start(
                node.Name,
                new MachineHardware([node.Mac], 1, node.MemoryMib)
                {
                    Architecture = image.Image.Architecture,
                    Networks = [network],
                    Instance = new(disk, instance.Id, instance.InstanceType),
                },
                image.Image,
                fabric,
                site,
                serial
            );
            machine.Paused += why =>
            {
                if (why is not null)
                {
                    boot.Pause(why);
                }
            };
            boot.Probe(fabric);
            return new InstanceMachine(plugged, boots, boot, fabric, serial, console, machine);
        }
        catch
        {
            // The next look at the VPC tries again.
            await boot.DisposeAsync();
            await serial.DisposeAsync();
            console.Dispose();
            throw;
        }
    }

    /// <summary>Switches it off and pulls its plug.</summary>
    public async ValueTask DisposeAsync()
    {
        await Boot.DisposeAsync();
        await _machine.DisposeAsync();
        await _serial.DisposeAsync();
        Console.Dispose();
        await _fabric.DetachAsync(_plugged.First.Id, CancellationToken.None);
    }
}
