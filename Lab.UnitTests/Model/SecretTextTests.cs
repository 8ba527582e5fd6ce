using Lab.Model;

namespace Lab.UnitTests.Model;

public sealed class SecretTextTests
{
    private const string Secret = "s3cr3tS3cr3t0123";

    [Theory]
    [InlineData("machine:\n  token: abc.def\n  type: worker", "machine:\n  token: (hidden)\n  type: worker")]
    [InlineData("    key: LS0tLS1CRUdJTiBFRDI1NTE5\n    crt: LS0tLS1CRUdJTiBDRVJU", "    key: (hidden)\n    crt: (hidden)")]
    [InlineData("cluster:\n  secret: x\n  id: y", "cluster:\n  secret: (hidden)\n  id: y")]
    [InlineData("aescbcEncryptionSecret: \"a b\"", "aescbcEncryptionSecret: (hidden)")]
    [InlineData("- password: |\n    first\n\n    second\n- name: x", "- password: (hidden)\n- name: x")]
    [InlineData("token:\n  abc\nother: 1", "token: (hidden)\nother: 1")]
    [InlineData("key:\n  name: not-a-value\n", "key: (hidden)\n  name: not-a-value\n")]
    [InlineData("{\"authToken\": \"a\\\"b\", \"port\": 1}", "{\"authToken\": \"(hidden)\", \"port\": 1}")]
    [InlineData("kernel http://u:p@10.0.0.1/vmlinuz wifi.psk=abc ip=dhcp", "kernel http://(hidden)@10.0.0.1/vmlinuz wifi.psk=(hidden) ip=dhcp")]
    [InlineData("GET /generic?mac=52-54-00-13-00-01&token=abc HTTP/1.1", "GET /generic?mac=52-54-00-13-00-01&token=(hidden) HTTP/1.1")]
    [InlineData("a\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nb", "a\n(hidden)\nb")]
    [InlineData("-----BEGIN PRIVATE KEY-----\ncut", "(hidden)")]
    public void Secrets_are_hidden_and_the_rest_stays(string text, string shown) => Assert.Equal(shown, SecretText.Hide(text));

    [Theory]
    [InlineData("#!ipxe\nkernel http://10.20.13.140:8080/assets/stand-in/vmlinuz initrd=initramfs talos.platform=metal\nboot")]
    [InlineData(
        "machine:\n  network:\n    hostname: cp1\n  registries:\n    mirrors:\n      docker.io:\n        endpoints:\n          - http://10.20.13.140:5050"
    )]
    [InlineData("DHCPACK(lan) 10.20.13.11 52:54:00:13:00:01 cp1")]
    public void What_is_no_secret_stays_as_it_is(string text) => Assert.Equal(text, SecretText.Hide(text));

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
    public void What_is_none_of_a_secret_stays(string text) => Assert.Equal(text, SecretText.Hide(text));
}
