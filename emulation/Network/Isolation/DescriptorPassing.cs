using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>Hands open file descriptors from one process to another over a Unix socket (unix(7), SCM_RIGHTS).</summary>
internal static unsafe class DescriptorPassing
{
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int CloseOnExec = 0x40000000;

    /// <summary>Sends a descriptor; the sender keeps its own copy.</summary>
    public static void Send(Socket to, int descriptor)
    {
        byte payload = 1;
        var vector = new IoVector { Base = &payload, Length = 1 };
        var control = new ControlMessage
        {
            Length = (nuint)(sizeof(ControlMessage) - sizeof(int)),
            Level = SocketLevel,
            Type = Rights,
            Descriptor = descriptor,
        };
        var message = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(ControlMessage),
        };
        if (LinuxCalls.SendMessage((int)to.Handle, &message, 0) != 1)
        {
            throw new Win32Exception(LinuxCalls.LastError());
        }
    }

    /// <summary>Receives a descriptor, which is the caller's to close.</summary>
    public static int Receive(Socket from)
    {
        byte payload = 0;
        var vector = new IoVector { Base = &payload, Length = 1 };
        ControlMessage control = default;
        var message = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(ControlMessage),
        };
        return LinuxCalls.ReceiveMessage((int)from.Handle, &message, CloseOnExec) == 1 && control.Type == Rights && message.ControlLength > 0
            ? control.Descriptor
            : throw new IOException("The namespace's process sent no socket.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>One control message with one descriptor, padded as CMSG_SPACE asks on 64-bit machines.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
