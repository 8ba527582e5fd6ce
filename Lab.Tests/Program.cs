using Lab.Tests;
using Lab.Tests.Cluster;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Playwright sets the console's encoding, and .NET then waits for whoever writes to the console, who may wait for that in turn: both for
// good. Writers of our own are left alone.
Console.SetOut(TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true }));
Console.SetError(TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }));

// Every AWS emulator that a test starts, or a program that it runs.
Environment.SetEnvironmentVariable("PYTHONPATH", Path.Combine(AppContext.BaseDirectory, "Deployer", "python"));

// Xunit's own entry point, and the programs that tests put on PATH.
return args switch
{
    [TestTalosctl.Word, .. var arguments] => TestTalosctl.Run(arguments),
    [TestSessionManager.Word, .. var arguments] => await TestSessionManager.RunAsync(arguments),
    _ when args.Any(argument => argument is "--server" or "--internal-msbuild-node") => await TestPlatformTestFramework.RunAsync(
        args,
        SelfRegisteredExtensions.AddSelfRegisteredExtensions
    ),
    _ => await ConsoleRunner.Run(args),
};
