using Lab.Model;

namespace Lab.UnitTests.Model;

public sealed class SecretTextTests
{
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
}
