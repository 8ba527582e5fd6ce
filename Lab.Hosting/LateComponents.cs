using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Lab.Runtime.State;

namespace Lab.Hosting;

/// <summary>Parts that nobody knows before the lab runs: a VPC's instances and the containers of its bastion. Aspire shows them as they come.</summary>
internal sealed class LateComponents : IDisposable
{
    private readonly LabRun _run;
    private readonly ILabResources _resources;
    private readonly IServiceProvider _services;
    private readonly CancellationToken _stopping;
    private readonly ConcurrentDictionary<string, LabComponentResource> _shown = new();

    public LateComponents(LabRun run, ILabResources resources, IServiceProvider services, CancellationToken stopping)
    {
        (_run, _resources, _services, _stopping) = (run, resources, services, stopping);
        resources.ResourceChanged += Take;
        resources.Current.ToList().ForEach(Take);
    }

    public void Dispose() => _resources.ResourceChanged -= Take;

    private void Take(ResourceSnapshot now)
    {
        var name = now.Definition.Name;
        if (_run.Lab.Components.ContainsKey(name) || _shown.ContainsKey(name))
        {
            return;
        }

        var component = LabComponentResource.Of(_run.Lab, now.Definition);
        if (!_shown.TryAdd(name, component))
        {
            return;
        }

        component.MayStart.TrySetResult();
        component.Annotations.Add(new ResourceSnapshotAnnotation(LabBuilderExtensions.Initial(component)));
        component.Annotations.Add(new ResourceRelationshipAnnotation(_run.Lab, "Parent"));
        component.Annotations.Add(new ResourceIconAnnotation(now.Definition.Icon));
        ComponentCommands.Add(component);
        _ = new ComponentMirror(component, _run, _services).RunAsync(_stopping);
    }
}
