using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Images;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.UnitTests.Ec2;

/// <summary>What is read from what a deployment really renders.</summary>
public sealed class BastionPartsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/bash\necho existing\n")]
    public void User_data_comes_apart_as_cloud_init_takes_it(string existing)
    {
        var lab = new LabDefinition();

        var parts = UserDataParts.Read(BastionUserData.Render(lab, System.Text.Encoding.UTF8.GetBytes(existing)));

        Assert.Equal(existing.Length == 0 ? ["lab.sh"] : ["existing", "lab.sh"], parts.Select(part => part.Name));
        Assert.All(parts, part => Assert.True(part.IsScript));
        Assert.Equal(BastionScript.Render(lab).TrimEnd(), parts[^1].Content.TrimEnd());
    }

    [Fact]
    public void A_plain_script_is_one_part() => Assert.Equal("#!ipxe\n", Assert.Single(UserDataParts.Read("#!ipxe\n"u8.ToArray())).Content);

    [Fact]
    public void The_compose_file_tells_images_variables_and_places()
    {
        var services = ComposeService.Read(ComposeFile.Render(new LabDefinition()));

        var cache = services.Single(service => service.Name == "registry-docker-io");
        Assert.Equal("0.0.0.0:5050", cache.Environment["REGISTRY_HTTP_ADDR"]);
        var matchbox = services.Single(service => service.Name == "matchbox");
        Assert.Equal("/var/lib/matchbox", matchbox.Volumes["/opt/matchbox"]);
        Assert.Equal("0.0.0.0:8080", matchbox.Environment["MATCHBOX_ADDRESS"]);
        Assert.Equal(8, services.Count);
    }

    [Theory]
    [InlineData("iPXE (2026-08-21) (arm64)", true, true)]
    [InlineData("iPXE (2026-06-01) (arm64)", true, false)]
    [InlineData("iPXE (2026-07-14) (arm64)", true, true)]
    [InlineData("al2023-ami-2023.11.20260427.1-kernel-6.1-arm64", false, false)]
    [InlineData(null, false, false)]
    [InlineData("iPXE (2026-08-21) (x86_64)", true, true, Architecture.Amd64)]
    [InlineData("talos-v1.12.3-eu-west-1-amd64", false, false, Architecture.Amd64)]
    [InlineData("talos-v1.12.3-eu-west-1-arm64", false, false)]
    public void An_image_is_known_by_its_name(string? name, bool hasIpxe, bool sendsToken, Architecture architecture = Architecture.Arm64)
    {
        Assert.Equal(new Ec2Image(name, hasIpxe, sendsToken), Ec2Image.Of(name));
        Assert.Equal(architecture, Ec2Image.Of(name).Architecture);
    }
}
