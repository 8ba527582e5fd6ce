using System.Collections.Concurrent;

namespace Lab.Deployment.Resources;

/// <summary>What is known to exist, by the resources' ids.</summary>
internal sealed class World
{
    /// <summary>Stands for the identifier of something that does not exist yet.</summary>
    public const string Unknown = "(known after apply)";

    private readonly ConcurrentDictionary<string, Found> _found = new();

    /// <summary>What was found of a resource; null for nothing.</summary>
    public Found? this[Resource resource]
    {
        get => _found.GetValueOrDefault(resource.Id);
        set
        {
            if (value is null)
            {
                _found.TryRemove(resource.Id, out _);
            }
            else
            {
                _found[resource.Id] = value;
            }
        }
    }

    /// <summary>AWS's identifier of a resource, or <see cref="Unknown"/>.</summary>
    public string Ref(Resource resource) => this[resource]?.Id ?? Unknown;

    /// <summary>A further identifier of a resource, or <see cref="Unknown"/>.</summary>
    public string Ref(Resource resource, string handle) => this[resource]?.Handles.GetValueOrDefault(handle) ?? Unknown;
}
