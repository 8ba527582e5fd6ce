using Lab.Model.Services;

namespace Lab.UnitTests.Model;

/// <summary>The arguments of an image beside those of a definition.</summary>
public sealed class KernelArgumentsTests
{
    /// <summary>Talos heeds the first, Linux takes several consoles.</summary>
    [Theory]
    [InlineData("console=ttyS0 talos.platform=metal", "talos.platform=aws", "console=ttyS0 talos.platform=aws")]
    [InlineData("console=ttyS0 talos.platform=metal", "console=ttyS1", "console=ttyS0 talos.platform=metal console=ttyS1")]
    [InlineData("talos.config=http://a talos.halt_if_installed", "talos.config=http://b", "talos.halt_if_installed talos.config=http://b")]
    [InlineData("talos.environment=a=b", "talos.environment=c=d", "talos.environment=a=b talos.environment=c=d")]
    public void One_of_Talos_stands_in_the_place_of_the_image_s(string image, string own, string together) =>
        Assert.Equal(KernelArguments.Split(together), KernelArguments.With(KernelArguments.Split(image), KernelArguments.Split(own)));
}
