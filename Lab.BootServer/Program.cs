using System.Reflection;
using Lab.BootServer;
using Lab.BootServer.CommandLine;
using Lab.BootServer.Logging;
using Lab.Model;

var flags = BootServerFlags.Create();
try
{
    flags.Parse(args);
}
catch (FlagException error)
{
    Console.Error.Write(error.IsHelp ? flags.Usage() : $"{error.Message}\n{flags.Usage()}");
    return error.IsHelp ? 0 : 2;
}

try
{
    flags.ParseEnvironment(Environment.GetEnvironmentVariable);
    if (flags.IsTrue("version"))
    {
        Console.WriteLine(Assembly.GetExecutingAssembly().GetName().Version!.ToString(fieldCount: 3));
        return 0;
    }

    if (flags.IsTrue("help"))
    {
        Console.Error.Write(flags.Usage());
        return 0;
    }

    return await RunAsync(BootServerOptions.From(flags));
}
catch (Exception error) when (error is LabException or FlagException)
{
    Console.Error.WriteLine(LogrusLine.Format(DateTimeOffset.Now, LogrusLevel.Fatal, error.Message, []));
    return 1;
}

static async Task<int> RunAsync(BootServerOptions options)
{
    await using var log = new LogrusLog(options.LogLevel, Console.Error, TimeProvider.System);
    await using var host = await BootServerHost.StartAsync(options, log, CancellationToken.None);
    await host.WaitAsync(CancellationToken.None);
    log.Info("Stopped");
    return 0;
}
