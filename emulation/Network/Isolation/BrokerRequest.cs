using System.Net.Sockets;

namespace Lab.Emulation.Network.Isolation;

/// <summary>What the namespaces' process is asked for: a socket of a namespace, made by that process and handed over.</summary>
/// <param name="Namespace">Path of the namespace's file.</param>
/// <param name="Type">Kind of the socket; <see cref="SocketType.Raw"/> is one for whole Ethernet frames.</param>
/// <param name="Device">The device that a raw socket is bound to; its offloads are turned off first.</param>
/// <param name="Family">IPv4 or IPv6.</param>
internal sealed record BrokerRequest(string Namespace, SocketType Type, string? Device = null, AddressFamily Family = AddressFamily.InterNetwork);
