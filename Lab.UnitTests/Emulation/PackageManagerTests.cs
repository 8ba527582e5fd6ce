using Lab.Emulation.Linux;

namespace Lab.UnitTests.Emulation;

/// <summary>What is missing is named with the command of the host's own distribution.</summary>
public sealed class PackageManagerTests
{
    [Theory]
    [InlineData("ID=debian", "apt-get install --no-install-recommends qemu-system-arm")]
    [InlineData("ID=ubuntu\nID_LIKE=debian", "apt-get install --no-install-recommends qemu-system-arm")]
    [InlineData("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", "apt-get install --no-install-recommends qemu-system-arm")]
    [InlineData("NAME=Fedora\nID=fedora", "dnf install qemu-system-aarch64")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "dnf install qemu-system-aarch64")]
    [InlineData("ID=arch", "pacman -S qemu-system-aarch64")]
    [InlineData("ID_LIKE=arch\nID=manjaro", "pacman -S qemu-system-aarch64")]
    [InlineData("ID=alpine", "apk add qemu-system-aarch64")]
    [InlineData("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"", "zypper install qemu-arm")]
    [InlineData("ID=nixos", "nix-shell -p qemu")]
    [InlineData("", "apt-get install --no-install-recommends qemu-system-arm")]
    [InlineData("ID=something", "apt-get install --no-install-recommends qemu-system-arm")]
    public void A_distribution_has_its_own_command(string osRelease, string command) =>
        Assert.Equal(command, PackageManager.Of(osRelease.Split('\n')).Install("qemu-system-arm"));

    [Theory]
    [InlineData("fedora", "iproute2", "dnf install iproute")]
    [InlineData("alpine", "util-linux", "apk add setpriv")]
    [InlineData("arch", "nftables", "pacman -S nftables")]
    public void Names_differ(string id, string package, string command) => Assert.Equal(command, PackageManager.Of([$"ID={id}"]).Install(package));
}
