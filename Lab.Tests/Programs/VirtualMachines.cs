using System.Reflection;
using Lab.Tests.Programs;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongRowsFirst))]

namespace Lab.Tests.Programs;

/// <summary>Tests that boot machines: one after another, beside those that boot none.</summary>
[CollectionDefinition(Name)]
public sealed class VirtualMachines
{
    public const string Name = "Virtual machines";
}

/// <summary>Tests that boot machines and may do so beside others that do: they share the processors with the row above when all others are done.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BootsMachinesAttribute : Attribute;

/// <summary>The longest row of tests begins first, and what may run beside its end comes last: no processor is idle before the end.</summary>
public sealed class LongRowsFirst : ITestCollectionOrderer
{
    /// <summary>A class without a named collection has one that is named after it: <c>Test collection for Name (id: …)</c>.</summary>
    private static readonly string[] BesideItsEnd =
    [
        .. typeof(LongRowsFirst)
            .Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<BootsMachinesAttribute>() is not null)
            .Select(type => $" for {type.FullName} "),
    ];

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(collection =>
                collection.TestCollectionDisplayName == VirtualMachines.Name ? 0
                : BesideItsEnd.Any(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) ? 2
                : 1
            ),
        ];
}
