using System.Net;
using Lab.Emulation.Network;
using Lab.Model.Definition;

namespace Lab.Emulation.Services;

/// <summary>Asks a node whether it is ready, by the sign of its image.</summary>
public static class ReadyProbe
{
    /// <summary>The probe of a sign; null for a sign on the console, where nobody has to ask.</summary>
    public static IHealthProbe? Of(ReadySign sign, ILabFabric fabric, IPAddress address) =>
        sign switch
        {
            ReadySign.Tcp tcp => new TcpProbe(fabric, address, tcp.Number),
            ReadySign.Tls tls => new TlsProbe(fabric, address, tls.Number),
            ReadySign.Http http => new NodeHttpProbe(fabric, new Uri($"http://{address}:{http.Number}{http.Path}")),
            _ => null,
        };

    /// <summary>What is seen of a sign that is there.</summary>
    public static string Answer(ReadySign sign, IPAddress address) =>
        sign switch
        {
            ReadySign.Tls tls => $"{address}:{tls.Number} answers in TLS",
            ReadySign.Http http => $"http://{address}:{http.Number}{http.Path} answers",
            _ => $"{address}:{sign.Port} answers",
        };

    /// <summary>What is missing of a sign that is not there: the end of a sentence.</summary>
    public static string Missing(ReadySign sign) =>
        sign switch
        {
            ReadySign.Tls tls => $"does not answer in TLS on tcp {tls.Number}",
            ReadySign.Http http => $"does not answer GET {http.Path} on tcp {http.Number}",
            ReadySign.Console console => $"has not written what matches /{console.Expression}/ to its serial console",
            _ => $"does not answer on tcp {sign.Port}",
        };
}
