using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Model;

/// <summary>The arguments of an image beside those of a definition.</summary>
public sealed class KernelArgumentsTests
{
    /// <summary>init gets the last console: a virtual machine's own, and on a real machine, whose arguments name none, the one of the definition.</summary>
    [Theory]
    [InlineData("console=ttyAMA0 quiet", Architecture.Arm64, "console=ttyS2,1500000 console=ttyAMA0 quiet")]
    [InlineData("console=ttyAMA0,115200 console=tty0", Architecture.Arm64, "console=ttyS2,1500000 console=ttyAMA0,115200 console=tty0")]
    [InlineData("console=tty0 console=ttyS0", Architecture.Amd64, "console=tty0 console=ttyS2,1500000 console=ttyS0")]
    [InlineData("talos.platform=metal", Architecture.Arm64, "talos.platform=metal console=ttyS2,1500000")]
    [InlineData("", Architecture.Arm64, "console=ttyS2,1500000")]
    public void A_console_of_the_real_machine_stands_before_the_virtual_one_s(string image, Architecture architecture, string together) =>
        Assert.Equal(KernelArguments.Split(together), KernelArguments.OnConsole(KernelArguments.Split(image), "ttyS2,1500000", architecture));

    /// <summary>Talos heeds the first, Linux takes several consoles.</summary>
    [Theory]
    [InlineData("console=ttyS0 talos.platform=metal", "talos.platform=aws", "console=ttyS0 talos.platform=aws")]
    [InlineData("console=ttyS0 talos.platform=metal", "console=ttyS1", "console=ttyS0 talos.platform=metal console=ttyS1")]
    [InlineData("talos.config=http://a talos.halt_if_installed", "talos.config=http://b", "talos.halt_if_installed talos.config=http://b")]
    [InlineData("talos.environment=a=b", "talos.environment=c=d", "talos.environment=a=b talos.environment=c=d")]
    public void One_of_Talos_stands_in_the_place_of_the_image_s(string image, string own, string together) =>
        Assert.Equal(KernelArguments.Split(together), KernelArguments.With(KernelArguments.Split(image), KernelArguments.Split(own)));
}
