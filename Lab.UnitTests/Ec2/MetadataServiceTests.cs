using System.Net;
using System.Text;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.UnitTests.Ec2;

public sealed class MetadataServiceTests
{
    private static readonly VpcInstance Instance = new("i-0123456789abcdef0", "running", new Dictionary<string, string>())
    {
        ImageId = "ami-1",
        InstanceType = "t4g.small",
        UserData = "#!ipxe\n"u8.ToArray(),
        RoleName = "lab-lab-bastion",
    };

    private readonly Clock _clock = new();
    private readonly MetadataService _service;

    public MetadataServiceTests() => _service = new MetadataService(new SessionTokens(_clock), "eu-west-1", "eu-west-1a");

    [Theory]
    [InlineData("/latest/user-data", "#!ipxe\n")]
    [InlineData("/latest/meta-data/instance-id", "i-0123456789abcdef0")]
    [InlineData("/2009-04-04/meta-data/local-ipv4", "10.20.13.5")]
    [InlineData("/latest/meta-data/hostname", "ip-10-20-13-5.eu-west-1.compute.internal")]
    [InlineData("/latest/meta-data/mac", "02:00:00:00:00:05")]
    [InlineData("/latest/meta-data/ipv6", "2001:db8::5")]
    [InlineData("/latest/meta-data/network/interfaces/macs/", "02:00:00:00:00:05/")]
    [InlineData("/latest/meta-data/network/interfaces/macs/02:00:00:00:00:05/subnet-ipv4-cidr-block", "10.20.13.0/24")]
    [InlineData("/latest/meta-data/placement/availability-zone", "eu-west-1a")]
    [InlineData("/latest/meta-data/iam/security-credentials/", "lab-lab-bastion")]
    [InlineData("/latest", "dynamic/\nmeta-data/\nuser-data")]
    public void It_answers_what_ipxe_cloud_init_and_talos_read(string path, string expected)
    {
        var answer = Ask(Instance, "GET", path);

        Assert.Equal((200, expected), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
    }

    [Theory]
    [InlineData("GET", "/latest/meta-data/nothing", 404)]
    [InlineData("GET", "/1999-01-01/meta-data/instance-id", 404)]
    [InlineData("POST", "/latest/user-data", 405)]
    [InlineData("GET", "/latest/api/token", 405)]
    [InlineData("PUT", "/latest/api/token", 400)]
    public void Wrong_requests_are_refused_as_ec2_refuses_them(string method, string path, int status) =>
        Assert.Equal(status, Ask(Instance, method, path).Status);

    [Fact]
    public void An_instance_has_a_bounded_number_of_tokens_and_takes_none_of_others()
    {
        var tokens = new SessionTokens(_clock);
        var others = tokens.Issue("i-2", 60);
        var first = tokens.Issue("i-1", 60);
        for (var i = 0; i < SessionTokens.MostOfOneInstance; i++)
        {
            Assert.True(tokens.IsValid("i-1", tokens.Issue("i-1", 60)));
        }

        Assert.False(tokens.IsValid("i-1", first));
        Assert.True(tokens.IsValid("i-2", others));
        Assert.False(tokens.IsValid("i-1", others));
    }

    [Fact]
    public void A_token_serves_its_instance_for_its_time()
    {
        var required = Instance with { MetadataTokenRequired = true, MetadataHopLimit = 2 };
        var token = Ask(required, "PUT", "/latest/api/token", ("X-aws-ec2-metadata-token-ttl-seconds", "60"));
        var text = Encoding.UTF8.GetString(token.Body);

        Assert.Equal((200, 60, 2), (token.Status, token.TokenSeconds, token.HopLimit));
        Assert.Equal(401, Ask(required, "GET", "/latest/user-data").Status);
        Assert.Equal(200, Ask(required, "GET", "/latest/user-data", ("X-aws-ec2-metadata-token", text)).Status);
        Assert.Equal(401, Ask(required with { Id = "i-other" }, "GET", "/latest/user-data", ("X-aws-ec2-metadata-token", text)).Status);
        Assert.Equal(401, Ask(Instance, "GET", "/latest/user-data", ("X-aws-ec2-metadata-token", "wrong")).Status);
        _clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal(401, Ask(required, "GET", "/latest/user-data", ("X-aws-ec2-metadata-token", text)).Status);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("21601")]
    [InlineData("soon")]
    public void A_token_lives_from_a_second_to_six_hours(string seconds) =>
        Assert.Equal(400, Ask(Instance, "PUT", "/latest/api/token", ("X-aws-ec2-metadata-token-ttl-seconds", seconds)).Status);

    [Fact]
    public void A_token_is_not_given_through_a_proxy() =>
        Assert.Equal(403, Ask(Instance, "PUT", "/latest/api/token", ("X-aws-ec2-metadata-token-ttl-seconds", "60"), ("X-Forwarded-For", "10.0.0.1")).Status);

    [Fact]
    public void Switched_off_it_answers_nothing() => Assert.Equal(403, Ask(Instance with { MetadataEnabled = false }, "GET", "/latest/user-data").Status);

    private MetadataAnswer Ask(VpcInstance instance, string method, string path, params (string Name, string Value)[] headers) =>
        _service.Answer(Vpc, instance, method, path, name => headers.FirstOrDefault(header => header.Name == name).Value);

    private static VpcState Vpc { get; } =
        new()
        {
            Id = "vpc-1",
            Ipv4Blocks = [IPNetwork.Parse("10.20.0.0/16")],
            Subnets = [new("subnet-1", IPNetwork.Parse("10.20.13.0/24"), null, "rtb-1")],
            Interfaces =
            [
                new("eni-1", MacAddress.Parse("02:00:00:00:00:05"), "subnet-1", [IPAddress.Parse("10.20.13.5"), IPAddress.Parse("2001:db8::5")], [])
                {
                    InstanceId = Instance.Id,
                },
            ],
        };

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
