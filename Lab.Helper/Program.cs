using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

// What a lab needs in processes of their own, whatever program runs the lab. Not for users: Lab.Runtime's HelperProgram starts it.
switch (args)
{
    case ["socket-broker", var path]:
        await SocketBroker.ServeAsync(path, CancellationToken.None);
        return 0;
    case ["take-down", var root]:
        // Another run may have begun at once, and has removed what it found.
        var lab = new LabFolder(Path.GetFileName(root), root);
        using (var held = LabLock.TryTake(lab))
        {
            if (held is not null && await CleanUp.RunAsync(lab, CancellationToken.None) is { Count: > 0 } removed)
            {
                using var log = new LogFile(lab.Log("guardian"));
                log.Write($"The program that ran the lab has ended without taking it down. Removed: {string.Join(", ", removed)}.");
            }
        }

        return 0;
    default:
        Console.Error.WriteLine("lab-helper is started by Lab itself.");
        return 1;
}
