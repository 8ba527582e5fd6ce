using System.Net;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>
/// The bastion's package manager, containers, AWS command line and their like, as far as first-boot scripts use them. What is asked for
/// and not rehearsed fails and says so: nothing pretends.
/// </summary>
/// <param name="root">The bastion's file system.</param>
/// <param name="images">What the nodes boot; the content of the Talos images.</param>
/// <param name="ec2">The emulator.</param>
/// <param name="http">Requests from the bastion.</param>
/// <param name="services">The containers of a compose file.</param>
/// <param name="fabric">Its network.</param>
/// <param name="attached">Waits until an interface that was attached is there.</param>
internal sealed class BastionPrograms(
    BastionRoot root,
    InstanceImages images,
    IAmazonEC2 ec2,
    HttpClient http,
    BastionServices services,
    VpcFabric fabric,
    Func<string, CancellationToken, Task> attached
)
{
    /// <summary>What an image of Amazon's or Canonical's brings along.</summary>
    public static IReadOnlyList<string> Of(string? imageName) =>
        imageName?.Contains("ubuntu", StringComparison.OrdinalIgnoreCase) == true || imageName?.Contains("debian", StringComparison.OrdinalIgnoreCase) == true
            ? ["ip", "apt-get", "snap", "curl", "systemctl", "resolvectl", "sysctl", "iptables"]
            : ["ip", "dnf", "aws", "curl", "systemctl", "resolvectl", "sysctl", "iptables"];

    /// <summary>What an image is pulled for that no option says: the bastion's own.</summary>
    private const string OwnPlatform = "linux/arm64";

    private readonly Dictionary<string, (string Image, string Platform)> _containers = [];

    /// <summary>What an image was pulled for last: the engine has one of a name.</summary>
    private readonly Dictionary<string, string> _pulled = [];
    private bool _hasDocker;

    /// <summary>Answers for a program.</summary>
    public async Task<ToolAnswer> AnswerAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (program, arguments) switch
        {
            ("dnf" or "apt-get" or "snap", _) => Install(program, arguments),
            ("systemctl", ["is-active", ..]) => new ToolAnswer(_hasDocker ? 0 : 3),
            ("systemctl", ["enable", ..]) => EnableDocker(),
            ("systemctl", ["restart", ..]) or ("resolvectl", _) or ("sysctl", _) => ToolAnswer.Done,
            ("iptables", _) when arguments.Contains("-C") => new ToolAnswer(1),
            ("iptables", _) when arguments.Contains("MASQUERADE") => await ForwardAsync(cancellationToken),
            ("iptables", _) when arguments.Contains("DOCKER-USER") => ToolAnswer.Done,
            ("ip", _) => await BastionIp.RunAsync(fabric, arguments, cancellationToken),
            ("curl", _) => await CurlAsync(arguments, cancellationToken),
            ("aws", ["ec2", "describe-network-interfaces", ..]) => await DescribeInterfacesAsync(arguments, cancellationToken),
            ("aws", ["ec2", "attach-network-interface", ..]) => await AttachAsync(arguments, cancellationToken),
            ("aws", ["ec2", "detach-network-interface", ..]) => await DetachAsync(arguments, cancellationToken),
            ("docker", ["pull", .., var name]) => Pull(name, arguments),
            ("docker", ["rm", ..]) => ToolAnswer.Done,
            ("docker", ["image", "inspect", .., var name]) => Inspect(name),
            ("docker", ["create", "--platform", var platform, var name, ..]) => Create(name, platform),
            ("docker", ["create", var name, ..]) => Create(name, _pulled.GetValueOrDefault(name, OwnPlatform)),
            ("docker", ["cp", var source, var target]) => Copy(source, target),
            ("docker", ["compose", ..]) when arguments.Contains("up") => await UpAsync(arguments, cancellationToken),
            _ => new ToolAnswer(1, Error: $"{program} {string.Join(' ', arguments.Take(3))}: the lab does not rehearse this"),
        };

    private static string After(IReadOnlyList<string> arguments, string option) =>
        arguments.SkipWhile(argument => argument != option).Skip(1).FirstOrDefault() ?? throw new LabException($"{option} is missing");

    /// <summary>Docker and the AWS command line are the lab's from then on; other packages are said to be there.</summary>
    private ToolAnswer Install(string manager, IReadOnlyList<string> arguments)
    {
        foreach (
            var (tool, packages) in new[] { ("docker", new[] { "docker", "docker.io" }), ("aws", ["aws-cli", "awscli"]) }.Where(known =>
                known.Item2.Any(arguments.Contains)
            )
        )
        {
            root.AddTool(tool);
        }

        return new ToolAnswer(0, $"lab: {manager} {string.Join(' ', arguments)}\n");
    }

    private ToolAnswer EnableDocker()
    {
        _hasDocker = true;
        return ToolAnswer.Done;
    }

    private async Task<ToolAnswer> ForwardAsync(CancellationToken cancellationToken)
    {
        await fabric.ForwardAsync(LabHost.Bastion, cancellationToken);
        return ToolAnswer.Done;
    }

    /// <summary>A request that leaves from the bastion. Of curl's options the method and headers count.</summary>
    private async Task<ToolAnswer> CurlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, arguments[^1]);
        for (var i = 0; i < arguments.Count - 1; i++)
        {
            switch (arguments[i])
            {
                case "-X":
                    request.Method = new HttpMethod(arguments[++i]);
                    break;
                case "-H":
                    var header = arguments[++i].Split(':', 2);
                    request.Headers.TryAddWithoutValidation(header[0], header[1].Trim());
                    break;
            }
        }

        if (!IPAddress.TryParse(request.RequestUri!.Host, out _))
        {
            return new ToolAnswer(6, Error: $"curl: (6) {request.RequestUri.Host}: the lab rehearses no downloads");
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode
            ? new ToolAnswer(0, await answer.Content.ReadAsStringAsync(cancellationToken))
            : new ToolAnswer(22, Error: $"curl: (22) The requested URL returned error: {(int)answer.StatusCode}");
    }

    private async Task<ToolAnswer> DescribeInterfacesAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var filters = arguments
            .Select(argument => argument.Split(",Values=", 2))
            .Where(parts => parts.Length == 2 && parts[0].StartsWith("Name=", StringComparison.Ordinal))
            .Select(parts => new Filter(parts[0]["Name=".Length..], [.. parts[1].Split(',')]))
            .ToList();
        var answer = await ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest { Filters = filters }, cancellationToken);
        var found = answer.NetworkInterfaces?.FirstOrDefault();
        string?[] row = found is null ? [null] : [found.NetworkInterfaceId, found.MacAddress, found.Attachment?.AttachmentId, found.Attachment?.InstanceId];
        return new ToolAnswer(0, $"{string.Join('\t', row.Select(value => string.IsNullOrEmpty(value) ? "None" : value))}\n");
    }

    private async Task<ToolAnswer> AttachAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var one = After(arguments, "--network-interface-id");
        var answer = await ec2.AttachNetworkInterfaceAsync(
            new AttachNetworkInterfaceRequest
            {
                NetworkInterfaceId = one,
                InstanceId = After(arguments, "--instance-id"),
                DeviceIndex = int.Parse(After(arguments, "--device-index"), System.Globalization.CultureInfo.InvariantCulture),
            },
            cancellationToken
        );
        await attached(one, cancellationToken);
        return new ToolAnswer(0, $"{answer.AttachmentId}\n");
    }

    private async Task<ToolAnswer> DetachAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await ec2.DetachNetworkInterfaceAsync(
            new DetachNetworkInterfaceRequest { AttachmentId = After(arguments, "--attachment-id"), Force = true },
            cancellationToken
        );
        return ToolAnswer.Done;
    }

    private ToolAnswer Pull(string name, IReadOnlyList<string> arguments)
    {
        _pulled[name] = arguments.SkipWhile(argument => argument != "--platform").Skip(1).FirstOrDefault() ?? OwnPlatform;
        return ToolAnswer.Done;
    }

    private ToolAnswer Inspect(string name) =>
        images.Find(name, _pulled.GetValueOrDefault(name, OwnPlatform)) is var (_, image)
            ? new ToolAnswer(0, $"sha256:{Path.GetFileName(image.InitrdPath)}\n")
            : new ToolAnswer(1, Error: $"docker image inspect {name}: the lab serves no such image");

    private ToolAnswer Create(string name, string platform)
    {
        var container = $"c{_containers.Count + 1}";
        _containers[container] = (name, platform);
        return new ToolAnswer(0, $"{container}\n");
    }

    /// <summary>The Talos image's files are those that the lab boots; the compose plugin is the lab itself.</summary>
    private ToolAnswer Copy(string source, string target)
    {
        if (source.EndsWith(":/docker-compose", StringComparison.Ordinal))
        {
            root.Files.WriteAllText(target, "The lab's.\n");
            return ToolAnswer.Done;
        }

        if (!source.EndsWith(":/.", StringComparison.Ordinal))
        {
            return new ToolAnswer(1, Error: $"docker cp {source}: the lab does not rehearse this");
        }

        if (_containers.GetValueOrDefault(source.Split(':')[0]) is not ({ } name, { } platform) || images.Find(name, platform) is not var (boot, image))
        {
            return new ToolAnswer(1, Error: $"docker cp {source}: there is no such container");
        }

        root.Files.CopyInto(image.KernelPath, $"{target}/{boot.Image.Kernel}");
        root.Files.CopyInto(image.InitrdPath, $"{target}/{boot.Image.Initrd}");
        foreach (var profile in images.ProfilesOf(boot))
        {
            AddArguments($"{BastionPaths.Matchbox}/profiles/{profile}.json", image.Image);
        }

        return ToolAnswer.Done;
    }

    /// <summary>An image of its own kernel has arguments of its own: the stand-in's leave out what costs it seconds. What the profile says comes last and holds.</summary>
    private void AddArguments(string profile, BootImage image)
    {
        var json = JsonNode.Parse(root.Files.ReadAllText(profile))!;
        var boot = json["boot"]!.AsObject();
        var own = boot["args"]!.AsArray().Select(argument => (string)argument!).ToList();
        boot["args"] = new JsonArray([.. KernelArguments.With(image.Arguments, own).Select(argument => (JsonNode)argument)]);
        root.Files.WriteAllText(profile, json.ToJsonString());
    }

    private async Task<ToolAnswer> UpAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await services.UpAsync(After(arguments, arguments.Contains("-f") ? "-f" : "--file"), cancellationToken);
        return ToolAnswer.Done;
    }
}
