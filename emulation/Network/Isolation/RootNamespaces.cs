using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Network.Isolation;

/// <summary>Namespaces made by <c>ip netns</c>, for root.</summary>
/// <param name="lab">The lab.</param>
/// <param name="journal">Where they are announced.</param>
/// <param name="bastion">Has the bastion's namespace; null to make one.</param>
internal sealed class RootNamespaces(LabFolder lab, Journal journal, BastionProcess? bastion = null) : INamespaces
{
    private readonly List<LabHost> _made = [];
    private int _shown;

    /// <inheritdoc />
    public Task Lost { get; } = bastion?.Ended ?? new TaskCompletionSource().Task;

    /// <inheritdoc />
    public string Description => $"network namespaces {string.Join(", ", _made.Take(_shown).Select(NameOf))}";

    /// <inheritdoc />
    public string NameOf(LabHost host) => lab.Namespace(host.Name);

    /// <inheritdoc />
    public async Task CreateAsync(IReadOnlyList<LabHost> hosts, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            await AddAsync(host, cancellationToken);
        }

        _shown = hosts.Count;
    }

    /// <inheritdoc />
    public async Task AddAsync(LabHost host, CancellationToken cancellationToken)
    {
        journal.Write(new NamespaceMade(NameOf(host)));
        string[] make = bastion is not null && host == LabHost.Bastion ? ["attach", NameOf(host), $"{bastion.Pid}"] : ["add", NameOf(host)];
        var result = await Wrap("ip", ["netns", .. make]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException(
                $"Cannot make the network namespace {NameOf(host)}: {result.StandardError.Trim()} The lab needs root with CAP_SYS_ADMIN and CAP_NET_ADMIN, or unprivileged user namespaces.",
                exitCode: 2
            );
        }

        _made.Add(host);
    }

    /// <inheritdoc />
    public Command Wrap(string program, IEnumerable<string> arguments) => Marked(Cli.Wrap(program)).WithArguments(arguments);

    /// <inheritdoc />
    public Command WrapIn(LabHost host, string program, IEnumerable<string> arguments) =>
        Marked(Cli.Wrap("ip")).WithArguments(["netns", "exec", NameOf(host), program, .. arguments]);

    /// <inheritdoc />
    public Socket CreateSocket(LabHost host, AddressFamily family, SocketType type) =>
        NamespaceSockets.Create(CleanUp.NamespacePath(NameOf(host)), family, type, ProtocolType.Unspecified);

    /// <inheritdoc />
    public int OpenPacketSocket(LabHost host, string device) => NamespaceSockets.Run(CleanUp.NamespacePath(NameOf(host)), () => PacketSocket.Open(device));

    /// <inheritdoc />
    public void TurnOffOffloads(LabHost host, string device) => NamespaceSockets.Run(CleanUp.NamespacePath(NameOf(host)), () => Offloads.TurnOff(device));

    /// <summary>So that a clean-up waits for it: killed in between, the program may have left a command that is about to make something.</summary>
    private Command Marked(Command command) => command.WithEnvironmentVariables(variables => variables.Set(ProcessMark.Variable, lab.Run));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _made.Where(host => File.Exists(CleanUp.NamespacePath(NameOf(host)))))
        {
            await Wrap("ip", ["netns", "delete", NameOf(host)]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        }
    }
}
