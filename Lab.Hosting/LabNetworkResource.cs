using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>The lab's network on this machine.</summary>
public sealed class LabNetworkResource : LabComponentResource
{
    internal LabNetworkResource(string name, LabResource lab, Part definition)
        : base(name, lab, definition) { }

    /// <inheritdoc />
    public override string Type => "Network";
}
