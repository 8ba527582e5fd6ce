namespace Lab.Tests.Programs;

/// <summary>The time on a real network: machines with a configuration of the cluster ask Lab's address for it.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServeTimeTests
{
    private static readonly string[] PlainRouter = [];

    /// <summary>Asks for the time as a client (mode 3), and sends what a time server answers (mode 4).</summary>
    private const string AskTime = """
        import socket, sys
        for name, first in ("client", 0x23), ("server", 0x24):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(2)
            s.sendto(bytes([first]) + bytes(47), (sys.argv[1], 123))
            try:
                answer = s.recv(512)
                print(name, len(answer), answer[0] & 7)
            except TimeoutError:
                print(name, "none")
        """;

    /// <summary>Answers whoever asks for the time, with a first byte that is given; with 0 nobody.</summary>
    private const string TellTime = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((sys.argv[1], 123))
        while True:
            _, sender = s.recvfrom(512)
            if int(sys.argv[2], 0): s.sendto(bytes([int(sys.argv[2], 0)]) + bytes(47), sender)
        """;

    [Fact]
    public async Task Machines_are_told_the_time_and_nobody_who_answers_is_answered()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        await lan.ServeAsync();
        Assert.Equal("client 48 4\nserver none\n", await lan.FromMachinesAsync(["192.168.1.11"], AskTime, RealLan.BoxAddress));
    }

    [Theory]
    [InlineData("0x24", false)]
    [InlineData("0", true)]
    public async Task Where_the_port_of_the_time_is_taken_Lab_serves_all_the_same_and_tells_only_of_a_program_that_answers_nobody(string firstByte, bool isTold)
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        lan.StartOnBox("python3", "-c", TellTime, RealLan.BoxAddress, firstByte);
        await lan.OnBoxAsync("timeout", "30", "sh", "-c", "until ss -uln | grep -q :123; do sleep 0.1; done");
        var run = await lan.ServeAsync();
        Assert.Equal(isTold, run.Of("message").Any(message => ((string?)message["text"])!.Contains("chrony: allow 192.168.1.0/24", StringComparison.Ordinal)));
    }
}
