using System.Net;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Aws;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>Nothing of a VPC is left, whatever ends the program that made it.</summary>
public sealed class VpcCleanUpTests : IDisposable
{
    private const string FolderVariable = "LAB_TEST_VPC_FOLDER";

    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task Disposing_leaves_no_namespace_and_no_process()
    {
        var lab = await VpcLab.StartAsync(ExpectedVpc.Of(new LabDefinition()));
        await lab.EndAsync();
        Assert.Empty(ProcessMark.Find(lab.Folder));
        Assert.Empty(await NamespacesAsync(lab.Folder));
        await lab.DisposeAsync();
    }

    /// <summary>Killed when this many side effects have been announced, from the first namespace to the last guest.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task Killed_at_any_moment_it_leaves_nothing_after_a_clean_up(int announced)
    {
        var folder = new LabFolders(_files.Path, LabFolders.OfUser.Cache).Lab("vpc");
        Directory.CreateDirectory(folder.Run);
        Directory.CreateDirectory(folder.Logs);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        var other = Cli.Wrap(DotNet.Host)
            .WithArguments([
                typeof(VpcCleanUpTests).Assembly.Location,
                "-explicit",
                "only",
                "-method",
                $"{typeof(VpcCleanUpTests).FullName}.{nameof(A_VPC_that_waits_for_its_end)}",
            ])
            .WithEnvironmentVariables(variables => variables.Set(FolderVariable, _files.Path))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(patience.Token);
        try
        {
            while (Journal.Read(folder).Count < announced)
            {
                Assert.False(other.Task.IsCompleted, "the other process has ended by itself");
                await Task.Delay(1, patience.Token);
            }
        }
        finally
        {
            ProcessIdentity.Of(other.ProcessId)?.Kill();
            await other.Task.ContinueWith(_ => { }, TaskScheduler.Default);
            await CleanUp.RunAsync(folder, CancellationToken.None);
        }

        Assert.Empty(ProcessMark.Find(folder));
        Assert.Empty(await NamespacesAsync(folder));
        Assert.False(Directory.Exists(folder.Run));
    }

    /// <summary>What is killed above: another process with a VPC.</summary>
    [Fact(Explicit = true)]
    public async Task A_VPC_that_waits_for_its_end()
    {
        var folder = new LabFolders(Environment.GetEnvironmentVariable(FolderVariable)!, LabFolders.OfUser.Cache).Lab("vpc");
        var journal = Journal.Create(folder);
        var state = ExpectedVpc.Of(new LabDefinition());
        var fabric = await VpcFabric.CreateAsync(folder, journal, HelperProgram.SocketBroker, Dependency.Of(new LabDefinition()), CancellationToken.None);
        await fabric.ApplyAsync(state, CancellationToken.None);
        foreach (var one in state.Interfaces)
        {
            await fabric.AttachHostAsync(one.Id, VpcLab.HostOf(one), CancellationToken.None);
        }

        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_works_in_a_user_namespace_too_and_leaves_nothing()
    {
        var definition = new LabDefinition();
        var state = ExpectedVpc.Of(definition);
        var node = state.Interfaces.Single(one => one.Id == ExpectedVpc.InterfaceOf(definition.Nodes[0]));
        var bastion = state.Interfaces.Single(one => one.Id == ExpectedVpc.BastionStatic);
        var lab = await VpcLab.StartAsync(state, inUserNamespace: true);
        await using (lab)
        {
            lab.Listen(VpcLab.HostOf(bastion), bastion.Addresses[0], 8080);
            lab.Listen(VpcLab.HostOf(node), node.Addresses[0], 8080);
            Assert.True(await lab.ReachesAsync(VpcLab.HostOf(node), bastion.Addresses[0], 8080, isExpected: true));
            Assert.True(await lab.ReachesAsync(VpcLab.HostOf(node), lab.Internet[0].Ipv4, lab.Internet[0].Port, isExpected: true));
            Assert.False(await lab.ReachesAsync(VpcLab.HostOf(node), IPAddress.Parse("1.1.1.1"), 53));
            Assert.True(await lab.CountAsync(node.Id, "out: no rule allows it") > 0);
            var offer = await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(node), node.Mac);
            Assert.Equal(node.Addresses[0], offer.Address);
        }

        Assert.Empty(ProcessMark.Find(lab.Folder));
    }

    public void Dispose() => _files.Dispose();

    private static async Task<IEnumerable<string>> NamespacesAsync(LabFolder folder)
    {
        var list = await Cli.Wrap("ip").WithArguments(["netns", "list"]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return list.StandardOutput.Split('\n').Where(line => line.StartsWith($"lab.{folder.UniqueName}.", StringComparison.Ordinal));
    }
}
