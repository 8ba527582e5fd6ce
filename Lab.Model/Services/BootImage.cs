using System.Net;
using Lab.Model.Definition;
using Lab.Model.Resources;

namespace Lab.Model.Services;

/// <summary>What a node boots: files under the boot server's <c>/assets/</c> and the kernel's arguments.</summary>
public sealed record BootImage
{
    private const string Console = "console=";

    private const string Platform = "talos.platform=";

    private const string KernelLog = "talos.logging.kernel=";

    private const string MetalPlatform = $"{Platform}metal";

    /// <summary>The kernel argument with which a Talos takes its machine configuration from an instance's user data.</summary>
    public const string AwsPlatform = $"{Platform}aws";

    /// <summary>The serial console of QEMU's board for arm64.</summary>
    private const string QemuConsole = $"{Console}ttyAMA0";

    /// <summary>
    /// What of the kernel reads its table of trace events and the types of BPF programs when it starts, a fifth of its work until its init
    /// runs, and what is registered only for them. The stand-in has neither; a kernel without one of these names passes it over.
    /// </summary>
    private const string TracingAndBpf =
        "trace_eval_init,tracer_init_tracefs,"
        + "cubictcp_register,bpf_rstat_kfunc_init,bpf_key_sig_kfuncs_init,kfunc_init,bpf_prog_test_run_init,bpf_tcp_ca_kfunc_init";

    /// <summary>Name of the profile.</summary>
    public required string Name { get; init; }

    /// <summary>Folder of the files under <c>/assets/</c>.</summary>
    public string AssetFolder
    {
        get => field ?? Name;
        init;
    }

    /// <summary>The processor that it is for.</summary>
    public Architecture Architecture { get; private init; }

    /// <summary>True where real machines boot it.</summary>
    public bool IsOnMetal { get; private init; }

    /// <summary>File name of the kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>File name of the initramfs.</summary>
    public required string Initrd { get; init; }

    /// <summary>Arguments that the image needs, before those of the definition.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True when the node is told to fetch its configuration (<c>talos.config=</c>).</summary>
    public required bool FetchesConfig { get; init; }

    /// <summary>True when the node is told where on the boot server its image is (<c>lab.assets=</c>), to fetch more of it once it runs.</summary>
    public bool FetchesAssets { get; init; }

    /// <summary>
    /// True when the image does not mind a clock that runs ahead while the machine is busy. A Talos does: it keeps time, and its
    /// certificates are valid by the clock.
    /// </summary>
    public required bool ToleratesFastClock { get; init; }

    /// <summary>What shows that a node which boots it is ready.</summary>
    public required ReadySign Ready { get; init; }

    /// <summary>True when it says on its console that it has pulled through the caches.</summary>
    public bool ShowsPulls { get; init; }

    /// <summary>Memory of a machine whose definition says nothing, in MiB.</summary>
    public required int MemoryMib { get; init; }

    /// <summary>
    /// The lab's own image: a Linux kernel with a small init that does what a netbooted Talos does up to the point of serving. The
    /// arguments leave out what costs a second and shows nothing: self tests of the crypto code, audit, address randomization, and what
    /// <see cref="TracingAndBpf"/> is.
    /// </summary>
    public static BootImage StandIn { get; } =
        new()
        {
            Name = "stand-in",
            Kernel = "vmlinuz",
            Initrd = "initramfs",
            Arguments =
            [
                QemuConsole,
                "loglevel=4",
                MetalPlatform,
                "cryptomgr.notests",
                "nokaslr",
                "audit=0",
                "mitigations=off",
                "rcupdate.rcu_expedited=1",
                $"initcall_blacklist={TracingAndBpf}",
            ],
            FetchesConfig = true,
            FetchesAssets = true,
            Ready = new ReadySign.Tcp(LabResources.NodePort),
            ShowsPulls = true,
            ToleratesFastClock = true,
            MemoryMib = 512,
        };

    /// <summary>The custom Talos as the bastion serves it on AWS: the names that CozyStack's image build gives its files, EC2's serial console.</summary>
    public static BootImage TalosOnEc2(Architecture architecture) =>
        Talos($"kernel-{architecture.Id()}", $"initramfs-metal-{architecture.Id()}.xz") with
        {
            Architecture = architecture,
            Arguments = ["console=ttyS0", MetalPlatform, "slab_nomerge", "pti=on", "init_on_alloc=1"],
        };

    /// <summary>The image as it is for machines of an architecture: under a name of its own, on their serial console.</summary>
    public BootImage For(Architecture architecture) =>
        architecture == Architecture
            ? this
            : this with
            {
                Name = $"{Name}.{architecture.Id()}",
                Architecture = architecture,
                Arguments = [.. Arguments.Select(argument => argument == QemuConsole ? $"{Console}{architecture.Console()}" : argument)],
            };

    /// <summary>
    /// The image for real machines. Without QEMU's console they take the one that their firmware names (SPCR, stdout-path), or that of
    /// <see cref="MachineDefinition.Console"/>.
    /// </summary>
    public BootImage OnMetal => this with { IsOnMetal = true, Arguments = ShowsPulls ? Arguments : [.. WithoutQemuConsole] };

    /// <summary>
    /// The image with the serial console of a real machine as the last one, which is the one that init gets. A virtual machine has none of
    /// that name, and a driver of Linux's serves one console: it stays as it is.
    /// </summary>
    /// <param name="console">As Linux calls it; null changes nothing.</param>
    public BootImage OnConsole(string? console) =>
        console is null || !IsOnMetal ? this : this with { Arguments = [.. WithoutQemuConsole, $"{Console}{console}"] };

    /// <summary>The arguments without the serial console of QEMU's board.</summary>
    private IEnumerable<string> WithoutQemuConsole => Arguments.Where(argument => argument != $"{Console}{Architecture.Console()}");

    /// <summary>
    /// A Talos that sends its kernel's log over the network from the moment it has one; as it is where it is told already where to send it.
    /// </summary>
    /// <param name="to">Address and TCP port of who listens.</param>
    public BootImage SendingKernelLog(IPEndPoint to) =>
        !Arguments.Any(argument => argument.StartsWith(Platform, StringComparison.Ordinal))
        || Arguments.Any(argument => argument.StartsWith(KernelLog, StringComparison.Ordinal))
            ? this
            : this with
            {
                Arguments = [.. Arguments, $"{KernelLog}tcp://{to}"],
            };

    /// <summary>The image as it is on an instance's disk: a Talos takes its configuration from user data there.</summary>
    public BootImage OnInstance => this with { Arguments = [.. Arguments.Select(argument => argument == MetalPlatform ? AwsPlatform : argument)] };

    /// <summary>True for an image that asks instance metadata for its configuration.</summary>
    public bool ReadsUserData => Arguments.Contains(AwsPlatform);

    /// <summary>
    /// A Talos of the user's. The arguments are those of Talos's own network-boot instructions; without a machine configuration it
    /// starts in maintenance mode and serves its API all the same, which speaks TLS. 2048 MiB is what Talos asks for on a control plane.
    /// </summary>
    /// <param name="kernel">File name of the kernel.</param>
    /// <param name="initrd">File name of the initramfs.</param>
    public static BootImage Talos(string kernel, string initrd) =>
        new()
        {
            Name = "talos",
            Kernel = kernel,
            Initrd = initrd,
            Arguments = [QemuConsole, MetalPlatform, "slab_nomerge", "pti=on", "init_on_alloc=1"],
            FetchesConfig = false,
            Ready = new ReadySign.Tls(LabResources.NodePort),
            ToleratesFastClock = false,
            MemoryMib = 2048,
        };

    /// <summary>Any other operating system.</summary>
    /// <param name="kernel">File name of the kernel.</param>
    /// <param name="initrd">File name of the initramfs.</param>
    /// <param name="arguments">All that it needs.</param>
    /// <param name="ready">What shows that it is ready.</param>
    public static BootImage System(string kernel, string initrd, IReadOnlyList<string> arguments, ReadySign ready) =>
        new()
        {
            Name = "image",
            Kernel = kernel,
            Initrd = initrd,
            Arguments = arguments,
            FetchesConfig = false,
            Ready = ready,
            ToleratesFastClock = false,
            MemoryMib = 1024,
        };
}
