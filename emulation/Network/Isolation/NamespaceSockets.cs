using System.ComponentModel;
using System.Net.Sockets;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>Makes sockets inside a named network namespace of this program's user namespace.</summary>
internal static class NamespaceSockets
{
    /// <summary>
    /// A socket belongs for ever to the namespace of the thread that made it (socket(2), network_namespaces(7)). So a thread of its own
    /// enters the namespace, makes the socket and ends.
    /// </summary>
    /// <param name="namespacePath">The namespace's file, under <c>/run/netns</c>.</param>
    /// <param name="make">Runs on the thread inside the namespace.</param>
    public static T Run<T>(string namespacePath, Func<T> make)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(namespacePath);
                result = make();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        {
            IsBackground = true,
            Name = "namespace",
        };
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new IOException($"Cannot make a socket in {namespacePath}: {failure.Message}", failure);
    }

    /// <summary>As the other, for what returns nothing.</summary>
    public static void Run(string namespacePath, Action action) =>
        Run(
            namespacePath,
            () =>
            {
                action();
                return true;
            }
        );

    /// <summary>A plain socket.</summary>
    public static Socket Create(string namespacePath, AddressFamily family, SocketType type, ProtocolType protocol) =>
        Run(namespacePath, () => new Socket(family, type, protocol));

    private static void Enter(string namespacePath)
    {
        const int readOnlyCloseOnExec = 0x80000;
        var fd = LinuxCalls.Open(namespacePath, readOnlyCloseOnExec);
        if (fd < 0)
        {
            throw new Win32Exception(LinuxCalls.LastError());
        }

        try
        {
            if (LinuxCalls.SetNamespace(fd, LinuxCalls.CloneNewNet) != 0)
            {
                throw new Win32Exception(LinuxCalls.LastError());
            }
        }
        finally
        {
            _ = LinuxCalls.Close(fd);
        }
    }
}
