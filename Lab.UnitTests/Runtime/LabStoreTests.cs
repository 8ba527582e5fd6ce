using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.UnitTests.Runtime;

public sealed class LabStoreTests
{
    private readonly LabStore _store = new();

    private ILabResources Commanded => _store;

    public LabStoreTests()
    {
        _store.Add(new Part(_store, "one"));
        _store.Add(new Part(_store, "two"));
    }

    [Fact]
    public void There_is_one_resource_of_a_name()
    {
        Assert.False(_store.Add(new Part(_store, "one")));
        Assert.Equal(["one", "two"], _store.Current.Select(now => now.Definition.Name));
    }

    [Fact]
    public void Every_view_is_told_of_every_change_in_one_order_also_of_those_that_views_make()
    {
        var (first, second) = (new List<string>(), new List<string>());
        _store.ResourceChanged += now => first.Add($"{now.Definition.Name} {now.State}");
        _store.ResourceChanged += now =>
        {
            if (now is { Definition.Name: "one", State: ResourceState.Running })
            {
                Set("two", ResourceState.Starting);
            }
        };
        _store.ResourceChanged += now => second.Add($"{now.Definition.Name} {now.State}");

        Set("one", ResourceState.Running);

        Assert.Equal(["one Running", "two Starting"], first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Changes_from_many_threads_are_told_in_the_order_in_which_they_were_made()
    {
        const int changes = 500;
        var told = new List<int>();
        _store.ResourceChanged += now => told.Add(now.Restarts);

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            for (var i = 0; i < changes; i++)
                            {
                                _store.Change("one", now => now with { Restarts = now.Restarts + 1 });
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );

        Assert.Equal(Enumerable.Range(1, 4 * changes), told);
    }

    [Fact]
    public void A_change_that_changes_nothing_is_no_news()
    {
        Set("one", ResourceState.Running);
        _store.ResourceChanged += _ => Assert.Fail("told");

        Set("one", ResourceState.Running);
        _store.Change("three", now => now with { State = ResourceState.Running });
    }

    [Fact]
    public void A_view_that_fails_keeps_no_other_from_its_news()
    {
        var told = 0;
        _store.ResourceChanged += _ => throw new InvalidOperationException("broken view");
        _store.ResourceChanged += _ => told++;

        Set("one", ResourceState.Running);

        Assert.Equal(1, told);
    }

    [Fact]
    public async Task Commands_are_those_that_the_state_allows()
    {
        Set("one", ResourceState.Running);

        Assert.Equal([ResourceCommand.Stop], _store.Of("one").EnabledCommands);
        Assert.Equal(
            "one is Running: 'start' does nothing now.",
            await Commanded.ExecuteAsync("one", ResourceCommand.Start, TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            "The lab has no resource 'to'. Did you mean two? It has: one, two.",
            await Commanded.ExecuteAsync("to", ResourceCommand.Start, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void What_still_comes_of_a_boot_after_the_next_has_begun_is_dropped()
    {
        var node = new LabDefinition().Nodes[0];
        var (before, now) = (new NodeBoot(node, node.Mac, BootPlan.StandIn), (NodeBoot?)null);
        _store.Follow("one", before);
        while ((now = new NodeBoot(node, node.Mac, BootPlan.StandIn)).SwitchedOn == before.SwitchedOn) { }
        _store.Follow("one", now);

        before.Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, "answers"));
        _store.End("one", before, new MachineEnd(1, null));

        var boot = _store.BootOf("one")!;
        Assert.Equal((now.SwitchedOn, false, null), (boot.SwitchedOn, boot.IsReady, boot.End));
        Assert.Empty(boot.Stages);
        Assert.Equal(ResourceState.NotStarted, _store.Of("one").State);
    }

    [Fact]
    public void A_boot_keeps_what_was_seen_of_each_stage_and_a_node_that_answers_is_healthy()
    {
        var node = new LabDefinition().Nodes[0];
        var boot = new NodeBoot(node, node.Mac, BootPlan.StandIn);
        _store.Follow("one", boot);
        Set("one", ResourceState.Running);

        boot.Observe(new Observation(BootStage.Dhcp, ObservationKind.Reached, "dnsmasq", "DHCPACK(eth0) 10.20.13.151"));
        boot.Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, "answers"));

        Assert.Equal(["DHCPACK(eth0) 10.20.13.151", "answers"], _store.BootOf("one")!.Stages.Select(stage => stage.Evidence));
        Assert.True(_store.BootOf("one")!.IsReady);
        Assert.Equal(ResourceState.Healthy, _store.Of("one").State);
    }

    [Fact]
    public async Task Whoever_reads_a_boot_may_ask_the_store_while_that_boot_reaches_a_stage()
    {
        var node = new LabDefinition().Nodes[0];
        var boot = new NodeBoot(node, node.Mac, BootPlan.StandIn);
        using var isReading = new ManualResetEventSlim();
        var reader = Task.CompletedTask;
        boot.StageReached += (_, _, _, _) =>
        {
            reader = Task.Run(() =>
                boot.Read(_ =>
                {
                    isReading.Set();
                    // Time for the store to take the stage in.
                    Thread.Sleep(200);
                    return _store.Current;
                })
            );
            isReading.Wait(TestContext.Current.CancellationToken);
        };
        _store.Follow("one", boot);

        await Task.Run(
                () => boot.Observe(new Observation(BootStage.Dhcp, ObservationKind.Reached, "dnsmasq", "DHCPACK")),
                TestContext.Current.CancellationToken
            )
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await reader.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Single(_store.BootOf("one")!.Stages);
    }

    [Theory]
    [InlineData(true, ResourceState.Unhealthy)]
    [InlineData(false, ResourceState.Healthy)]
    public void Whoever_hears_how_a_boot_has_ended_finds_its_node_so(bool fails, ResourceState state)
    {
        var node = new LabDefinition().Nodes[0];
        var boot = new NodeBoot(node, node.Mac, BootPlan.StandIn);
        var seen = new List<ResourceState>();
        _store.Follow("one", boot);
        Set("one", ResourceState.Running);
        _store.BootChanged += now =>
        {
            if (now.Failure is not null || now.IsReady)
            {
                seen.Add(_store.Of("one").State);
            }
        };

        if (fails)
        {
            _store.Fail("one", boot, new Diagnosis(BootStage.Dhcp, [], new Reason("No answer.", "")));
        }
        else
        {
            boot.Observe(new Observation(BootStage.Ready, ObservationKind.Reached, "bastion", "answers"));
        }

        Assert.Equal([state], seen);
    }

    private void Set(string name, ResourceState state) => _store.Change(name, now => now with { State = state });

    private sealed class Part(LabStore store, string name)
        : StoredResource(
            store,
            new LabResource(name, ResourceKind.Service, "a part")
            {
                Icon = "Box",
                Commands = [new(ResourceCommand.Start, "Start", "Play"), new(ResourceCommand.Stop, "Stop", "Stop")],
            }
        )
    {
        public override LogFile? Log => null;

        protected override bool CanExecute(string command, ResourceSnapshot now) => command == ResourceCommand.Start == now.State is ResourceState.NotStarted;

        protected override Task<string?> DoAsync(string command, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
