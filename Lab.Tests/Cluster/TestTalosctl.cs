using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Tests.Cluster;

/// <summary>
/// The test's talosctl: a program that takes the flags which Lab gives to the real one, and none else, and answers as Talos does in each
/// state of a node. Its nodes are files. It is no Talos: what it accepts proves what Lab asks for, and in which order, not that a Talos
/// takes it.
/// </summary>
internal static class TestTalosctl
{
    /// <summary>The first argument of the test program that makes it this one.</summary>
    public const string Word = "talosctl";

    /// <summary>Names the folder with the nodes.</summary>
    public const string Folder = "LAB_TEST_TALOS";

    /// <summary>With 1, a node answers only where its port 50000 does.</summary>
    public const string Connects = "LAB_TEST_TALOS_CONNECTS";

    /// <summary>What a node does after it took its configuration, before it answers again.</summary>
    private static readonly TimeSpan InstallTime = TimeSpan.FromMilliseconds(300);

    private const string UnknownAuthority =
            "rpc error: code = Unavailable desc = connection error: desc = \"transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority\"",
        WantsCertificate =
            "rpc error: code = Unavailable desc = connection error: desc = \"error reading server preface: remote error: tls: certificate required\"";

    private static readonly Dictionary<string, string[]> Flags = new()
    {
        ["version"] = ["--client", "--short"],
        ["gen secrets"] = ["-o", "--talos-version"],
        ["gen config"] = ["--with-secrets", "--config-patch", "--install-disk", "--install-image", "--talos-version", "--kubernetes-version", "-o"],
        ["validate"] = ["--mode", "-c"],
        ["config endpoint"] = ["--talosconfig"],
        ["config node"] = ["--talosconfig"],
        ["get"] = ["--talosconfig", "-n", "-e", "-o", "--insecure"],
        ["apply-config"] = ["--insecure", "-n", "-f"],
        ["bootstrap"] = ["--talosconfig", "-n", "-e"],
        ["kubeconfig"] = ["--talosconfig", "-n", "-e", "--merge"],
        ["reset"] = ["--talosconfig", "-n", "-e", "--graceful", "--reboot", "--wait", "--system-labels-to-wipe"],
    };

    private static readonly string[] Switches = ["--client", "--short", "--insecure", "--reboot"];

    private static string State => Environment.GetEnvironmentVariable(Folder) ?? throw new Failure($"{Folder} is not set");

    private static string Fault => Path.Combine(State, "fault") is var file && File.Exists(file) ? File.ReadAllText(file) : "";

    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments)
    {
        try
        {
            File.AppendAllText(Path.Combine(State, "calls"), string.Join(' ', arguments) + "\n");
            Dispatch(arguments);
            return 0;
        }
        catch (Failure e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void Dispatch(string[] arguments)
    {
        var (words, flags) = Parse(arguments);
        switch (words)
        {
            case ["version"]:
                Console.WriteLine($"Client:\nTalos {Environment.GetEnvironmentVariable("LAB_TEST_TALOS_RELEASE") ?? "v1.12.3"}");
                break;
            case ["gen", "secrets"]:
                TestTalosFiles.WriteSecrets(flags["-o"].Single());
                break;
            case ["gen", "config", var name, var endpoint]:
                TestTalosFiles.WriteConfigurations(name, endpoint, flags);
                break;
            case ["validate"]:
                if (Fault == "validate" || TestTalosFiles.Wrong(File.ReadAllText(flags["-c"].Single())) is not null)
                {
                    throw new Failure($"1 error occurred:\n\t* {TestTalosFiles.Wrong(File.ReadAllText(flags["-c"].Single())) ?? "a fault of the test's"}");
                }

                break;
            case ["config", var what, .. var values]:
                TestTalosFiles.Set(flags["--talosconfig"].Single(), what == "node" ? "nodes" : "endpoints", values);
                break;
            case ["get", var resource]:
                Get(resource, flags);
                break;
            case ["apply-config"]:
                Apply(flags);
                break;
            case ["bootstrap"]:
                Bootstrap(Member(flags));
                break;
            case ["kubeconfig", var file]:
                Member(flags);
                if (File.Exists(file))
                {
                    throw new Failure($"kubeconfig file already exists, use --force to overwrite: \"{file}\"");
                }

                File.WriteAllText(file, "apiVersion: v1\nkind: Config\n");
                break;
            case ["reset"]:
                Reset(Member(flags), flags);
                break;
            default:
                throw new Failure($"unknown command \"{string.Join(' ', words)}\" for \"talosctl\"");
        }
    }

    private static (string[] Words, Dictionary<string, List<string>> Flags) Parse(string[] arguments)
    {
        List<string> words = [];
        Dictionary<string, List<string>> flags = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith('-'))
            {
                words.Add(arguments[i]);
                continue;
            }

            var parts = arguments[i].Split('=', 2);
            var value =
                parts.Length == 2 ? parts[1]
                : Switches.Contains(parts[0]) ? "true"
                : arguments[++i];
            (flags.TryGetValue(parts[0], out var values) ? values : flags[parts[0]] = []).Add(value);
        }

        var known = Flags.GetValueOrDefault(words[0]) ?? Flags.GetValueOrDefault(string.Join(' ', words.Take(2)), []);
        return flags.Keys.FirstOrDefault(flag => !known.Contains(flag)) is { } unknown ? throw new Failure($"unknown flag: {unknown}") : ([.. words], flags);
    }

    private static void Get(string resource, Dictionary<string, List<string>> flags)
    {
        if (flags.ContainsKey("--insecure"))
        {
            _ = Maintenance(flags);
            Console.WriteLine("NODE   NAMESPACE   TYPE   ID   VERSION   SIZE   READ ONLY");
            return;
        }

        var node = Member(flags);
        var hasCluster = TestNode.All(State).Any(other => other.HasEtcd);
        switch (resource)
        {
            case "machinestatus":
                Print(
                    "machine",
                    new()
                    {
                        ["stage"] = Fault == "stuck" ? "installing" : "running",
                        ["status"] = new JsonObject
                        {
                            ["ready"] = Fault == "",
                            ["unmetConditions"] = Fault is "time" or "kubelet"
                                ? new JsonArray(
                                    new JsonObject
                                    {
                                        ["name"] = Fault == "time" ? "time" : "services",
                                        ["reason"] = Fault == "time" ? "time is not in sync" : "service \"kubelet\" not \"running\"",
                                    }
                                )
                                : [],
                        },
                    }
                );
                break;
            case "systemdisk":
                Print("system-disk", new() { ["diskID"] = "vda", ["devPath"] = node.Disk });
                break;
            case "services":
                Print("apid", new() { ["running"] = true, ["healthy"] = true });
                if (node.IsControlPlane)
                {
                    Print("etcd", new() { ["running"] = hasCluster, ["healthy"] = hasCluster });
                }

                Print("kubelet", new() { ["running"] = hasCluster, ["healthy"] = hasCluster && Fault != "kubelet" });
                break;
            case "nodestatus" when hasCluster:
                Print("node", new() { ["nodename"] = "node", ["nodeReady"] = Fault is not ("not-ready" or "kubelet") && !node.HasNoPlugin });
                break;
            case "nodestatus":
                break;
            default:
                throw new Failure($"rpc error: code = NotFound desc = resource \"{resource}\" is not registered");
        }
    }

    private static void Print(string id, JsonObject spec)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["id"] = id },
                ["node"] = "node",
                ["spec"] = spec,
            }.WriteTo(writer);
        }

        Console.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
    }

    private static void Apply(Dictionary<string, List<string>> flags)
    {
        var node = flags.ContainsKey("--insecure") ? Maintenance(flags) : throw new Failure("error: the test's talosctl applies in maintenance mode only");
        if (Fault == "apply")
        {
            throw new Failure("error applying new configuration: rpc error: code = InvalidArgument desc = failed to validate config: unknown keys found");
        }

        var text = File.ReadAllText(flags["-f"].Single());
        (
            node with
            {
                Authority = TestTalosFiles.AuthorityOf(text),
                IsControlPlane = text.Contains("type: controlplane", StringComparison.Ordinal),
                HasNoPlugin = text.Contains("name: none", StringComparison.Ordinal),
                Disk = TestTalosFiles.DiskOf(text),
                Configured = DateTimeOffset.UtcNow,
            }
        ).Save(State);
    }

    private static void Bootstrap(TestNode node)
    {
        if (!node.IsControlPlane)
        {
            throw new Failure("error executing bootstrap: rpc error: code = FailedPrecondition desc = bootstrap can only be performed on a control plane node");
        }

        if (Fault == "time")
        {
            throw new Failure("error executing bootstrap: rpc error: code = FailedPrecondition desc = time is not in sync yet");
        }

        if (node.HasEtcd)
        {
            throw new Failure("error executing bootstrap: rpc error: code = AlreadyExists desc = etcd data directory is not empty");
        }

        // A second cluster of the same nodes, which Talos cannot prevent: tests look for this file.
        if (TestNode.All(State).Any(other => other.HasEtcd))
        {
            File.WriteAllText(Path.Combine(State, "split"), node.Address);
        }

        (node with { HasEtcd = true }).Save(State);
        File.AppendAllText(Path.Combine(State, "bootstraps"), $"{node.Address}\n");
    }

    private static void Reset(TestNode node, Dictionary<string, List<string>> flags)
    {
        if (flags["--graceful"] is ["true"] && node.HasEtcd)
        {
            var other = TestNode.All(State).FirstOrDefault(other => other is { IsControlPlane: true, Authority: not null } && other.Address != node.Address);
            ((other ?? throw new Failure("the last control plane cannot leave etcd")) with { HasEtcd = true }).Save(State);
        }

        if (!flags.ContainsKey("--reboot"))
        {
            throw new Failure("the test's talosctl resets and starts again only");
        }

        new TestNode { Address = node.Address }.Save(State);
    }

    /// <summary>The node, if it waits for a configuration.</summary>
    private static TestNode Maintenance(Dictionary<string, List<string>> flags)
    {
        var node = Reached(flags);
        return node.Authority is null ? node : throw new Failure(WantsCertificate);
    }

    /// <summary>The node, if it is configured, for a client of its own PKI.</summary>
    private static TestNode Member(Dictionary<string, List<string>> flags)
    {
        var node = Reached(flags);
        return node.Authority is not null && node.Authority == TestTalosFiles.AuthorityOfClient(flags["--talosconfig"].Single())
            ? node
            : throw new Failure(UnknownAuthority);
    }

    private static TestNode Reached(Dictionary<string, List<string>> flags)
    {
        var address = flags["-n"].Single();
        if (Fault == "hang")
        {
            Thread.Sleep(TimeSpan.FromMinutes(1));
        }

        if (Environment.GetEnvironmentVariable(Connects) == "1")
        {
            try
            {
                Connect(address);
            }
            catch (SocketException e)
            {
                throw new Failure(Refused(address, e.Message.ToLowerInvariant()));
            }
        }

        var node = TestNode.Load(State, address);
        if (node.Configured is not { } configured || DateTimeOffset.UtcNow - configured > InstallTime)
        {
            return Fault == "install-fails" ? new TestNode { Address = address }
                : Fault == "install" && node.Authority is not null ? throw Busy()
                : node;
        }

        throw Busy();

        Failure Busy() => new(Refused(address, "connection refused"));
    }

    /// <summary>Directly, or as Go does by the proxy in HTTPS_PROXY; there somebody has to answer, since the proxy's own end always does.</summary>
    private static void Connect(string address)
    {
        using var client = new TcpClient();
        if (Environment.GetEnvironmentVariable("HTTPS_PROXY") is not { } text)
        {
            client.Connect(address, 50000);
            return;
        }

        var proxy = new Uri(text);
        client.Connect(proxy.Host, proxy.Port);
        using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        stream.Write(
            Encoding.ASCII.GetBytes(
                $"CONNECT {address}:50000 HTTP/1.1\r\nHost: {address}:50000\r\nUser-Agent: grpc-go/1.79.3\r\nProxy-Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(proxy.UserInfo))}\r\n\r\n"
            )
        );
        if (reader.ReadLine() is var answer && answer?.Contains(" 200 ", StringComparison.Ordinal) != true)
        {
            throw new Failure(Handshake($"failed to do connect handshake, response: \"{answer}\""));
        }

        reader.ReadLine();
        stream.Write("GET / HTTP/1.0\r\n\r\n"u8);
        if (reader.ReadLine()?.StartsWith("HTTP/", StringComparison.Ordinal) != true)
        {
            throw new Failure(Handshake("authentication handshake failed: EOF"));
        }
    }

    private static string Handshake(string why) => $"rpc error: code = Unavailable desc = connection error: desc = \"transport: {why}\"";

    private static string Refused(string address, string why) =>
        $"rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {address}:50000: connect: {why}\"";

    /// <summary>What ends it with exit code 1.</summary>
    internal sealed class Failure(string message) : Exception(message);

    /// <summary>A certificate or a key, as far as this program needs one.</summary>
    internal static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
}
