using System.Diagnostics;
using System.Net;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Resources;

namespace Lab.Tests.Emulation;

/// <summary>A real moto behind the lab's door.</summary>
public sealed class EmulatorFrontTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private EmulatorFront _front = null!;
    private Process _moto = null!;

    private LabFolder Lab => new("test", _folder.Path);

    [Fact]
    public async Task The_user_of_the_lab_gets_through()
    {
        var answer = await AskAsync(_ => { });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("DescribeVpcsResponse", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Origin", "https://example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_web_page_does_not(string header, string value)
    {
        var answer = await AskAsync(request => request.Headers.Add(header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, known => known.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_preflight_of_a_web_page_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, _front.Url);
        request.Headers.Add("Origin", "https://example.org");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1.example.org:4566")]
    public async Task A_foreign_host_name_does_not(string host) =>
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(request => request.Headers.Host = host)).StatusCode);

    [Fact]
    public async Task Another_user_of_the_machine_does_not()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Another user is needed to ask as.");

        Assert.Equal(
            "403",
            await RunAsync(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-d",
                "Action=DescribeVpcs",
                _front.Url
            )
        );
        Assert.Equal("200", await RunAsync("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-d", "Action=DescribeVpcs&Version=2016-11-15", _front.Url));
    }

    [Fact]
    public async Task Another_user_cannot_go_round_it_by_the_emulators_socket()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Another user is needed to ask as.");

        Assert.Equal(
            "000",
            await RunAsync(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--unix-socket",
                EmulatorFront.SocketPath(Lab),
                "http://emulator/"
            )
        );
    }

    [Fact]
    public async Task What_is_known_only_to_ask_is_no_change_and_all_else_may_be_one()
    {
        var changes = 0;
        _front.Changed += () => Interlocked.Increment(ref changes);
        string[] aws = ["--endpoint-url", _front.Url, "--region", "eu-west-1", "--output", "text"];
        Task<string> AwsAsync(params string[] arguments) =>
            RunAsync("env", ["AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "aws", .. arguments, .. aws]);

        // It is told of when the answer is on its way already.
        Task ChangesAreAsync(int expected) => Eventually.TrueAsync(() => Volatile.Read(ref changes) == expected, $"{expected} changes are told of");

        await AskAsync(_ => { });
        using var ec2 = new EmulatedAccount(new Uri(_front.Url), "eu-west-1").CreateClient();
        Assert.NotEmpty((await ec2.DescribeVpcsAsync(TestContext.Current.CancellationToken)).Vpcs);
        Assert.StartsWith("VPCS", await AwsAsync("ec2", "describe-vpcs"), StringComparison.Ordinal);
        await AwsAsync("ssm", "get-parameters", "--names", "none");
        await _client.GetStringAsync(new Uri($"{_front.Url}/?Action=DescribeVpcs&Version=2016-11-15"), TestContext.Current.CancellationToken);
        await _client.GetStringAsync(new Uri($"{_front.Url}/moto-api/data.json"), TestContext.Current.CancellationToken);
        Assert.Equal(0, changes);

        Assert.StartsWith("VPC", await AwsAsync("ec2", "create-vpc", "--cidr-block", "10.7.0.0/16"), StringComparison.Ordinal);
        await ChangesAreAsync(1);
        await AwsAsync("ssm", "put-parameter", "--name", "one", "--value", "1", "--type", "String");
        await ChangesAreAsync(2);
        await _client.GetStringAsync(
            new Uri($"{_front.Url}/?Action=CreateVpc&CidrBlock=10.8.0.0%2F16&Version=2016-11-15"),
            TestContext.Current.CancellationToken
        );
        await ChangesAreAsync(3);
        await _client.PostAsync(new Uri($"{_front.Url}/moto-api/reset"), content: null, TestContext.Current.CancellationToken);
        await ChangesAreAsync(4);

        // What stands too late to be seen is not believed to be a question, and arrives whole all the same.
        var answer = await AskAsync(request =>
            request.Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["Padding"] = new('x', 100_000),
                    ["Action"] = "DescribeVpcs",
                    ["Version"] = "2016-11-15",
                }
            )
        );
        Assert.Contains("DescribeVpcsResponse", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await ChangesAreAsync(5);
    }

    public async ValueTask InitializeAsync()
    {
        PrivateFolder.Create(Lab.Root);
        Directory.CreateDirectory(Lab.Run);
        _front = await EmulatorFront.StartAsync(Lab, _ => Task.CompletedTask, TestContext.Current.CancellationToken);
        var moto = new EmulatorRequirement(LabFolders.OfUser.Cache).Find() ?? throw new InvalidOperationException("moto_server is not on this machine.");
        var spec = await AwsEmulator.SpecAsync(
            LabResources.Of(new LabDefinition()).Single(resource => resource.Kind == ResourceKind.Emulator),
            moto,
            Lab,
            _front,
            _client,
            TestContext.Current.CancellationToken
        );
        var command = spec.Command();
        _moto = Process.Start(new ProcessStartInfo(command.TargetFilePath, command.Arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await spec.Health.TryAsync(TimeSpan.FromSeconds(2), deadline.Token) is { } failure)
        {
            Assert.False(_moto.HasExited, failure);
            await Task.Delay(50, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _moto.Kill(entireProcessTree: true);
        await _moto.WaitForExitAsync(CancellationToken.None);
        _moto.Dispose();
        await _front.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private Task<HttpResponseMessage> AskAsync(Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _front.Url)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "DescribeVpcs", ["Version"] = "2016-11-15" }),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20261127/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0"
        );
        change(request);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
