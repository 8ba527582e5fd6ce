using System.Security.Cryptography;

namespace Lab.Tests.Programs;

/// <summary>A rack that is switched on at once: what serves a real network answers all of it.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServeLoadTests
{
    private const int Machines = 40;

    /// <summary>What a machine fetches from its boot script on, all machines at the same moment: script, kernel, initramfs, an image of each cache.</summary>
    private const string Boot = """
        import hashlib, http.client, json, re, sys, threading, urllib.parse
        box, machines = sys.argv[1], int(sys.argv[2])
        together, failed, digests = threading.Barrier(machines), [], set()
        def get(address, port, path):
            connection = http.client.HTTPConnection(box, port, timeout=200, source_address=(address, 0))
            kinds = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
            connection.request("GET", path, headers={"Accept": kinds} if "/manifests/" in path else {})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or len(body) != int(answer.headers.get("Content-Length", len(body))):
                raise Exception(f"{path}: {answer.status}, {len(body)} bytes")
            return body
        def boot(number):
            address, mac = f"192.168.1.{10 + number}", f"52-54-00-13-00-{number:02x}"
            try:
                together.wait()
                script = get(address, 8080, f"/ipxe?mac={mac}").decode()
                kernel, initrd = re.search(r"^kernel (\S+)", script, re.M)[1], re.search(r"^initrd .*?(\S+)$", script, re.M)[1]
                fetched = [hashlib.sha256(get(address, 8080, urllib.parse.urlparse(file).path)).hexdigest() for file in (kernel, initrd)]
                config = get(address, 8080, f"/generic?mac={mac}").decode()
                if f"m{number}" not in config: raise Exception("a configuration of another machine")
                for port in range(5050, 5055):
                    manifest = json.loads(get(address, port, "/v2/lab/probe/manifests/1"))
                    for blob in [manifest["config"], *manifest["layers"]]:
                        if "sha256:" + hashlib.sha256(get(address, port, "/v2/lab/probe/blobs/" + blob["digest"])).hexdigest() != blob["digest"]:
                            raise Exception(f"a damaged blob of port {port}")
                digests.add(tuple(fetched))
            except Exception as e:
                failed.append(f"machine {number}: {type(e).__name__} {e}")
        threads = [threading.Thread(target=boot, args=(number,)) for number in range(1, machines + 1)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print("\n".join(sorted(failed) + [f"{machines - len(failed)} machines got", *(digest for pair in digests for digest in pair)]))
        """;

    [Fact]
    public async Task Forty_machines_at_once_get_script_kernel_and_images_and_none_fails()
    {
        await using var lan = await RealLan.CreateAsync([]);
        var nodes = string.Concat(Enumerable.Range(1, Machines).Select(i => $"  - {{ name: m{i}, mac: \"52:54:00:13:00:{i:x2}\" }}\n"));
        lan.Program.Folder.File("lab.yaml", $"name: home\nnetwork: {{ subnet: 192.168.1.0/24, home: {{ interface: eth0 }} }}\nnodes:\n{nodes}");
        await lan.ServeAsync();
        var assets = Path.Combine(lan.Program.Folders.Lab("home").Assets, "stand-in");

        var said = await lan.FromMachinesAsync(Enumerable.Range(1, Machines).Select(i => $"192.168.1.{10 + i}"), Boot, RealLan.BoxAddress, $"{Machines}");

        Assert.Equal(
            [$"{Machines} machines got", Digest(assets, "vmlinuz"), Digest(assets, "initramfs")],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    private static string Digest(string folder, string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))));
}
