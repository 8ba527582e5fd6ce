using System.Reflection;
using Lab.Tests;
using Lab.Tests.Programs;
using Xunit.v3;

[assembly: BusyRows]

namespace Lab.Tests;

/// <summary>A test that waits most of its time, at others' pace: it may run beside as many busy ones as there are processors.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class WaitsAttribute : Attribute;

/// <summary>
/// As many tests are busy at once as there are processors, those of the longest row first. One more row may run (xunit.runner.json): it gets
/// on when a test of another row only waits.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class BusyRowsAttribute : BeforeAfterTestAttribute
{
    private static readonly object Gate = new();
    private static int _free = Environment.ProcessorCount;
    private static int _firstWaiting;

    /// <inheritdoc />
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Waits(test))
        {
            return;
        }

        var isFirst = test.TestCase.TestCollection.TestCollectionDisplayName == VirtualMachines.Name;
        lock (Gate)
        {
            _firstWaiting += isFirst ? 1 : 0;
            while (_free == 0 || (!isFirst && _firstWaiting > 0))
            {
                Monitor.Wait(Gate);
            }

            _firstWaiting -= isFirst ? 1 : 0;
            _free--;
        }
    }

    /// <inheritdoc />
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Waits(test))
        {
            return;
        }

        lock (Gate)
        {
            _free++;
            Monitor.PulseAll(Gate);
        }
    }

    private static bool Waits(IXunitTest test) =>
        test.TestCase.TestMethod.Method.IsDefined(typeof(WaitsAttribute)) || test.TestCase.TestMethod.TestClass.Class.IsDefined(typeof(WaitsAttribute));
}
