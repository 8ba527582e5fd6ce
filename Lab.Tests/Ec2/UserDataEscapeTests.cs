using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Runtime;

namespace Lab.Tests.Ec2;

/// <summary>User data comes over a control plane that asks for no password. It is run, and gets nowhere.</summary>
public sealed class UserDataEscapeTests : IAsyncDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly LabFolder _folder;
    private readonly Journal _journal;
    private readonly LogFile _log;
    private readonly BastionRoot _root;
    private LabFabric _fabric = null!;

    public UserDataEscapeTests()
    {
        _folder = new LabFolders(Path.Combine(_files.Path, "state"), LabFolders.OfUser.Cache).Lab("escape");
        Directory.CreateDirectory(_folder.Run);
        Directory.CreateDirectory(_folder.Logs);
        _journal = Journal.Create(_folder);
        _log = new LogFile(_folder.Log("bastion"));
        _root = new BastionRoot(Path.Combine(_folder.Run, "bastion"), _folder);
    }

    /// <summary>What anybody on this machine could write to.</summary>
    private string Canary => Path.Combine(_files.Path, "canary");

    [Fact]
    public async Task What_it_is_for_works()
    {
        var output = await RunAsync(
            """
            [ "$(id -u)" = 0 ] && echo "root"
            echo content > /etc/lab.conf && cat /etc/lab.conf
            mkdir -p /opt/lab && chmod 750 /opt/lab && stat -c %a /opt/lab
            cat <(echo a process substitution)
            [ -z "${TMPDIR:-}" ] && mktemp > /dev/null && echo "temporary files"
            """
        );
        Assert.Equal(["root", "content", "750", "a process substitution", "temporary files", "end"], output);
    }

    [Fact]
    public async Task It_cannot_write_read_or_signal_outside()
    {
        File.WriteAllText(Canary, "untouched");
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(Canary, (UnixFileMode)0b110_110_110);
            File.SetUnixFileMode(_files.Path, (UnixFileMode)0b111_111_111);
        }

        var output = await RunAsync(
            $$"""
            PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin
            tried() { echo "ESCAPED: $*"; }
            (echo broken > '{{Canary}}') 2>/dev/null && tried "wrote a file of the host"
            ls '{{_files.Path}}' 2>/dev/null | grep -q . && tried "read a folder of the host"
            head -c 1 /etc/shadow 2>/dev/null | grep -q . && tried "read the host's passwords"
            for folder in /usr /usr/bin /usr/sbin /boot; do
              mount -o remount,bind,rw "$folder" 2>/dev/null && tried "made $folder writable"
              touch "$folder/lab-was-here" 2>/dev/null && rm -f "$folder/lab-was-here" && tried "wrote to $folder"
            done
            cat /proc/sys/vm/stat_interval 2>/dev/null > /tmp/before && (cat /tmp/before > /proc/sys/vm/stat_interval) 2>/dev/null && tried "set the kernel's parameters"
            mknod /tmp/disk b 8 0 2>/dev/null && tried "made a device"
            mknod /tmp/memory c 1 1 2>/dev/null && tried "made a device"
            kill -0 {{Environment.ProcessId}} 2>/dev/null && tried "signalled a process of the host"
            /usr/bin/ip link add attack type dummy 2>/dev/null && tried "changed the lab's network"
            nsenter --target 1 --mount --net true 2>/dev/null && [ "$(readlink /proc/1/ns/net)" != "$(readlink /proc/self/ns/net)" ] && tried "entered the host's namespaces"
            for process in /proc/[0-9]*; do
              [ -r "$process/root/etc/shadow" ] && tried "reached the host by $process"
            done
            setpriv --reuid=0 true || tried "is not root here"
            true
            """
        );
        Assert.Equal(["end"], output);
        Assert.Equal("untouched", File.ReadAllText(Canary));
    }

    [Fact]
    public async Task A_link_that_it_leaves_leads_the_lab_nowhere()
    {
        File.WriteAllText(Canary, "untouched");
        await RunAsync(
            $$"""
            ln -s '{{Canary}}' /usr/local/bin/docker
            ln -s '{{Canary}}' /opt/read
            ln -s ../../../../../../../..'{{Canary}}' /opt/up
            mkfifo=$(PATH=/usr/bin command -v mkfifo) && "$mkfifo" /opt/pipe
            """
        );

        Assert.ThrowsAny<IOException>(() => _root.AddTool("docker"));
        Assert.ThrowsAny<IOException>(() => _root.Files.ReadAllText("/opt/read"));
        Assert.ThrowsAny<IOException>(() => _root.Files.ReadAllText("/opt/up"));
        Assert.ThrowsAny<IOException>(() => _root.Files.CopyInto(_log.Path, "/opt/up"));
        Assert.ThrowsAny<IOException>(() => _root.Files.WriteAllText("/opt/pipe", "nobody reads this"));
        Assert.Equal("untouched", File.ReadAllText(Canary));
    }

    [Theory]
    [InlineData(true, "-o", "link")]
    [InlineData(true, "link", "set", "eth1", "up")]
    [InlineData(true, "address", "replace", "10.20.13.140/24", "dev", "eth1")]
    [InlineData(true, "route", "replace", "default", "via", "10.20.13.1", "dev", "eth1", "table", "101")]
    [InlineData(true, "rule", "add", "from", "10.20.13.140", "lookup", "101")]
    [InlineData(true, "-o", "route", "show", "default")]
    [InlineData(false, "netns", "exec", "lab", "sh")]
    [InlineData(false, "-n", "lab", "link")]
    [InlineData(false, "-netns", "lab", "link")]
    [InlineData(false, "-batch", "/etc/shadow")]
    [InlineData(false, "-o", "-b", "/etc/shadow")]
    [InlineData(false, "link", "set", "eth0", "netns", "1")]
    [InlineData(false, "link", "add", "attack", "type", "dummy")]
    [InlineData(false, "link", "set", "eth0", "xdp", "object", "/tmp/x")]
    [InlineData(false, "link", "set", "dev", "../eth0", "up")]
    [InlineData(false, "route", "add", "default", "encap", "bpf", "in", "obj", "/tmp/x")]
    [InlineData(false, "vrf", "exec", "main", "sh")]
    [InlineData(false, "route", "restore", "/tmp/x")]
    [InlineData(false, "address", "add", "-batch")]
    [InlineData(false)]
    public void Of_the_network_it_changes_its_own_interfaces_and_no_more(bool isAllowed, params string[] arguments) =>
        Assert.Equal(isAllowed, BastionIp.IsAllowed(arguments));

    public async ValueTask DisposeAsync()
    {
        await (_fabric?.DisposeAsync() ?? ValueTask.CompletedTask);
        _journal.Dispose();
        _log.Dispose();
        await CleanUp.RunAsync(_folder, CancellationToken.None);
        _files.Dispose();
    }

    /// <summary>Runs a script to its end, and gives what it wrote.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string script)
    {
        var lines = new List<string>();
        _log.LineWritten += lines.Add;
        _fabric ??= await LabFabric.CreateAsync(new LabDefinition(), _folder, _journal, HelperProgram.SocketBroker, TestContext.Current.CancellationToken);
        _root.Create([]);
        var code = await _root.RunAsync(
            new UserDataPart("test", $"#!/bin/bash\n{script}\necho end\n"),
            _fabric,
            _journal,
            _log,
            TestContext.Current.CancellationToken
        );
        Assert.True(code == 0, string.Join('\n', lines));
        return lines;
    }
}
