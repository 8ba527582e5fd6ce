namespace Lab.Tests.AppHost;

/// <summary>Tests that boot machines share the processor with nobody.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class VirtualMachines
{
    public const string Name = "Virtual machines";
}
