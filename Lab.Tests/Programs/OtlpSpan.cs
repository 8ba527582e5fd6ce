using Google.Protobuf;

namespace Lab.Tests.Programs;

/// <summary>A span as OTLP carries it, with the numbers of the fields of https://github.com/open-telemetry/opentelemetry-proto.</summary>
/// <param name="Service">The service that sent it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Trace">Its trace.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Parent">The id of the span around it; empty for none.</param>
internal sealed record OtlpSpan(string Service, string Name, string Trace, string Id, string Parent)
{
    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<OtlpSpan> Of(byte[] request) =>
        from resource in Parts(request, 1)
        from scope in Parts(resource, 2)
        from span in Parts(scope, 2)
        select new OtlpSpan(NameOf(resource), Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4));

    /// <summary>The services of any export request: traces, metrics and logs begin alike.</summary>
    public static IEnumerable<string> Services(byte[] request) => Parts(request, 1).Select(NameOf);

    private static string NameOf(byte[] resource) =>
        (
            from described in Parts(resource, 1)
            from attribute in Parts(described, 1)
            where Text(attribute, 1) == "service.name"
            from value in Parts(attribute, 2)
            select Text(value, 1)
        ).Single();

    private static string Text(byte[] message, int field) => System.Text.Encoding.UTF8.GetString(Parts(message, field).FirstOrDefault() ?? []);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Parts(message, field).FirstOrDefault() ?? []);

    /// <summary>What a message holds in a field of bytes, text or messages.</summary>
    private static IEnumerable<byte[]> Parts(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        var parts = new List<byte[]>();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                parts.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return parts;
    }
}
