using Lab.Tests.Programs;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(MachinesFirst))]

namespace Lab.Tests.Programs;

/// <summary>Tests that boot machines: one after another, beside those that boot none.</summary>
[CollectionDefinition(Name)]
public sealed class VirtualMachines
{
    public const string Name = "Virtual machines";
}

/// <summary>The longest row of tests begins first, so that it does not end alone.</summary>
public sealed class MachinesFirst : ITestCollectionOrderer
{
    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName != VirtualMachines.Name)];
}
