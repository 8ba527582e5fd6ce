using Lab.Model;

namespace Lab.UnitTests.Model;

/// <summary>What is sent to people who help, of all kinds: logs, definitions, status.</summary>
public sealed class SharedTextTests
{
    private const string Secret = "s3cr3tS3cr3t0123";

    [Theory]
    [InlineData($"    token: {Secret}")]
    [InlineData($"secret: '{Secret}'")]
    [InlineData($"aescbcEncryptionSecret: {Secret}")]
    [InlineData($"  secretboxEncryptionSecret: {Secret}")]
    [InlineData($"{{\"password\": \"{Secret}\", \"name\": \"cp1\"}}")]
    [InlineData($"privateKey: {Secret}")]
    [InlineData($"FTLCONF_webserver_api_password={Secret}")]
    [InlineData($"AWS_SECRET_ACCESS_KEY={Secret}")]
    [InlineData($"export TS_AUTHKEY={Secret}")]
    [InlineData($"\"auth\": \"{Secret}\"")]
    [InlineData($"http://127.0.0.1:8080/login?t={Secret}")]
    [InlineData($"https://bucket/x?a=1&X-Amz-Signature={Secret}&b=2")]
    [InlineData($"http://admin:{Secret}@power.lan/on")]
    [InlineData($"Authorization: Bearer {Secret}")]
    [InlineData($"x-aws-ec2-metadata-token: {Secret}")]
    [InlineData($"-----BEGIN ED25519 PRIVATE KEY-----\n{Secret}\n-----END ED25519 PRIVATE KEY-----")]
    [InlineData($"-----BEGIN PRIVATE KEY-----\n{Secret}")]
    [InlineData($"key: LS0tLS1CRUdJTiBQUklWQVRF{Secret}==")]
    [InlineData("joined with abcdef.s3cr3ts3cr3t0123", "s3cr3ts3cr3t0123")]
    [InlineData("id AKIAS3CR3TS3CR3T0123", "AKIA")]
    [InlineData($"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.{Secret}")]
    public void A_secret_is_hidden(string text, string secret = Secret)
    {
        var shown = SecretText.Hide($"before\n{text}\nafter 10.20.13.11");
        Assert.DoesNotContain(secret, shown);
        Assert.Contains(SecretText.Hidden, shown);
        Assert.StartsWith("before\n", shown);
    }

    [Theory]
    [InlineData("launch: { metadataTokens: required, instanceType: t4g.small }")]
    [InlineData("  - { name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11 }")]
    [InlineData("i-0123456789abcdef0 PUT /latest/api/token -> 200, without a token")]
    [InlineData("GET http://10.20.13.140:8080/ipxe?mac=52-54-00-13-00-01 -> 200, 402 bytes")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHhlbGxv me@home")]
    [InlineData("ghcr.io/siderolabs/talos:v1.12.3@sha256:0123456789abcdef")]
    [InlineData("dnsmasq: 10.20.13.11 authorized: yes")]
    public void What_is_none_stays(string text) => Assert.Equal(text, SecretText.Hide(text));
}
