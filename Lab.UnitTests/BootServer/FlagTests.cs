using Lab.BootServer.CommandLine;
using Lab.Model;

namespace Lab.UnitTests.BootServer;

public sealed class FlagTests
{
    [Theory]
    [InlineData("-address", ":1")]
    [InlineData("--address", ":1")]
    [InlineData("-address=:1")]
    [InlineData("--address=:1")]
    public void A_flag_is_written_in_any_of_the_ways_of_Go(params string[] arguments) => Assert.Equal(":1", Parse(arguments)["address"]);

    [Fact]
    public void The_command_line_counts_more_than_the_environment_and_that_more_than_the_default()
    {
        var flags = Parse("-data-path", "/a");
        flags.ParseEnvironment(name =>
            name switch
            {
                "MATCHBOX_DATA_PATH" => "/b",
                "MATCHBOX_LOG_LEVEL" => "debug",
                "LAB_TELEMETRY_SOCKET" => "/run/s",
                _ => null,
            }
        );
        Assert.Equal(("/a", "debug", "/run/s", "127.0.0.1:8080"), (flags["data-path"], flags["log-level"], flags["telemetry-socket"], flags["address"]));
    }

    [Theory]
    [InlineData("flag provided but not defined: -nope", "-nope")]
    [InlineData("flag needs an argument: -address", "-address")]
    [InlineData("bad flag syntax: ---x", "---x")]
    [InlineData("invalid boolean value \"x\" for -version: parse error", "-version=x")]
    public void A_mistake_is_named_as_Go_names_it(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<FlagException>(() => Parse(arguments)).Message);

    [Theory]
    [InlineData("A valid -data-path is required", "-data-path", "/nowhere")]
    [InlineData("Provide a valid -assets-path or '' to disable asset serving: /nowhere", "-assets-path", "/nowhere")]
    [InlineData("invalid log-level: not a valid logrus Level: \"loud\"", "-log-level", "loud")]
    [InlineData("failed to start listening: listen tcp: address 8080: missing port in address", "-address", "8080")]
    [InlineData("failed to start listening: listen tcp: address :x: invalid port", "-address", ":x")]
    [InlineData("-rpc-address is not supported: this server has no RPC. Write the files below -data-path instead.", "-rpc-address", ":1")]
    [InlineData("-key-ring-path is not supported: this server does not sign. Leave it out, or run the original.", "-key-ring-path", "/k")]
    [InlineData("Provide a valid SSL server certificate with -web-cert-file: stat /nowhere: no such file or directory", "-web-ssl", "-web-cert-file=/nowhere")]
    public void An_unusable_value_is_refused(string message, params string[] arguments)
    {
        var flags = Parse(["-data-path", Path.GetTempPath(), "-assets-path", "", .. arguments]);
        Assert.Equal(message, Assert.Throws<LabException>(() => BootServerOptions.From(flags)).Message);
    }

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("127.0.0.1:1,127.0.0.2:2", "127.0.0.1:1 127.0.0.2:2")]
    public void Addresses_are_written_as_in_Go(string text, string endpoints) => Assert.Equal(endpoints, string.Join(' ', ListenAddress.ParseAll(text)));

    private static GoFlagSet Parse(params string[] arguments)
    {
        var flags = BootServerFlags.Create();
        flags.Parse(arguments);
        return flags;
    }
}
