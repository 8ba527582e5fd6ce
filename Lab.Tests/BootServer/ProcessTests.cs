using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Lab.Tests.BootServer;

/// <summary>The server as a program.</summary>
public sealed partial class ProcessTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Lab.BootServer.dll");

    [Fact]
    public async Task It_prints_where_it_listens_answers_and_ends_on_SIGTERM()
    {
        using var process = Start("-address=127.0.0.1:0", $"-data-path={BootServerUnderTest.Fixtures}/data", $"--assets-path={BootServerUnderTest.Fixtures}/assets");
        var address = await AddressAsync(process);
        Assert.Equal(200, (await RawHttp.SendAsync(address, "/ipxe")).Status);
        Assert.Equal(0, Kill(process.Id, 15));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("-version", 0)]
    [InlineData("-help", 0)]
    [InlineData("-h", 0)]
    [InlineData("-nope", 2)]
    [InlineData("-data-path=/nowhere", 1)]
    public async Task It_ends_with_the_exit_codes_of_the_original(string argument, int exitCode)
    {
        using var process = Start(argument);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Matches(
            argument switch
            {
                "-version" => "^[0-9]+\\.[0-9]+\\.[0-9]+\n$",
                "-data-path=/nowhere" => "^time=\"[^\"]+\" level=fatal msg=\"A valid -data-path is required\"\n$",
                _ => "Usage of matchbox:\n",
            },
            output + error);
    }

    [Fact]
    public async Task An_address_in_use_is_said_so()
    {
        using var holder = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        using var process = Start($"-address={holder.LocalEndpoint}", $"-data-path={BootServerUnderTest.Fixtures}/data", "-assets-path=");
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("level=fatal msg=\"failed to start listening: ", error, StringComparison.Ordinal);
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    })!;

    private static async Task<IPEndPoint> AddressAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return IPEndPoint.Parse(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    [GeneratedRegex("msg=\"Listening on ([^\"]+)\"")]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
