namespace Lab.Tests;

/// <summary>Waits for a condition, with a deadline that no machine is too slow for: how long something takes is no matter of a test.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(3);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"it did not come to this in time: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
