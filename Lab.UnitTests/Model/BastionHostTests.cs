using Lab.Deployment.Tunnels;

namespace Lab.UnitTests.Model;

public sealed class BastionHostTests
{
    private const string Key = "AAAAC3NzaC1lZDI1NTE5AAAAIGPKyGmCfYDcDzLkdGhGxOsPMqZ7nMjUOBpFCUO5kyqV";

    [Theory]
    [InlineData("")]
    [InlineData("Linux version 6.1\n")]
    [InlineData($"-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 {Key}\n")]
    [InlineData("-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 no-key!\n-----END SSH HOST KEY KEYS-----")]
    public void A_console_without_whole_keys_tells_none(string console) => Assert.Empty(BastionHost.HostKeysIn(console));

    [Theory]
    [InlineData("", "")]
    [InlineData("[   12.3] cloud-init[99]: ", " root@ip-10-20-13-140\r")]
    public void The_last_start_tells_the_keys(string before, string after) =>
        Assert.Equal(
            [$"ecdsa-sha2-nistp256 {Key}", $"ssh-ed25519 {Key}"],
            BastionHost.HostKeysIn(
                $"""
                {before}-----BEGIN SSH HOST KEY KEYS-----
                {before}ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAA
                {before}-----END SSH HOST KEY KEYS-----
                login:
                {before}-----BEGIN SSH HOST KEY KEYS-----
                {before}ecdsa-sha2-nistp256 {Key}{after}
                {before}ssh-ed25519 {Key}{after}
                {before}-----END SSH HOST KEY KEYS-----
                """
            )
        );
}
