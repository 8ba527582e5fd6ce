using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>A value of <c>lab.yaml</c> that is one scalar: how it is read, what a message says is allowed, how the schema describes it.</summary>
internal abstract class ScalarType(Type type, string allowed)
{
    private const string UpstreamPattern =
        @"^(?=.{1,512}$)https?://([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*/?$";

    /// <summary>The types with a text form of their own.</summary>
    public static IReadOnlyList<ScalarType> All { get; } =
    [
        new TextScalar<IPAddress>("an IPv4 address like 10.20.13.140", $"^{TextForms.Address}$", ParseAddress),
        new TextScalar<IPNetwork>("an IPv4 network like 10.20.13.0/24", $"^{TextForms.Network}$", ParseNetwork),
        new TextScalar<MacAddress>(
            "a MAC address like 52:54:00:13:00:01",
            MacAddress.Pattern,
            text => MacAddress.TryParse(text, out var mac) ? mac : throw new JsonException()
        ),
        new TextScalar<Uri>("an http or https URL like https://registry-1.docker.io", UpstreamPattern, ParseUpstream),
        new TextScalar<HomeAddress>("a global IPv6 address like 2001:db8::7", HomeAddress.Pattern, HomeAddress.Parse),
        new TextScalar<Ipv6Prefix>(Ipv6Prefix.Allowed, Ipv6Prefix.Pattern, Ipv6Prefix.Parse),
        new TextScalar<DailyTime>(
            "a time of day like '0 12 * * *' (minute 0 to 59, hour 0 to 23, days 0 to 6)",
            DailyTime.Pattern,
            text => DailyTime.TryParse(text, out var time) ? time : throw new JsonException()
        ),
        new TextScalar<DateOnly>("a day like 2026-11-28", @"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", ParseDay),
        new TextScalar<AddressChoice>("auto or an IPv4 address like 192.168.1.5", AddressChoice.Pattern, AddressChoice.Parse),
        new TextScalar<ReadySign>("a sign like tcp:22, tls:50000, http:80/healthz or console:/login:/", ReadySign.Pattern, ParseReady),
        new TextScalar<ImageName>(
            "a release of Talos like v1.12.3, an image of a registry like ghcr.io/owner/name:tag, stand-in, or a folder (/, ./ or ../)",
            ImageName.Pattern,
            ImageName.Parse
        ),
        new TextScalar<TalosVersion>("a release of Talos like v1.12.3", TalosVersion.Pattern, TalosVersion.Parse),
        new EnumScalar<Egress>(),
        new EnumScalar<AccountKind>(),
        new EnumScalar<MetadataTokens>(),
        new EnumScalar<Market>(),
        new EnumScalar<LaunchBoot>(),
        new EnumScalar<ServiceMode>(),
        new EnumScalar<RehearsedNetwork>(),
        new EnumScalar<HomeDhcp>(),
        new EnumScalar<HomeInternet>(),
        new EnumScalar<Architecture>(),
        new EnumScalar<DiskBus>(),
        new EnumScalar<ClusterNetworkPlugin>(),
        new PortScalar(),
    ];

    /// <summary>What a value may be, to follow "expected".</summary>
    public string Allowed { get; } = allowed;

    public abstract JsonConverter Converter { get; }

    /// <summary>The schema of the value.</summary>
    public abstract JsonObject Schema();

    /// <summary>The entry for a type; null for types that have none.</summary>
    public static ScalarType? Of(Type wanted) => All.FirstOrDefault(scalar => scalar.Type == (Nullable.GetUnderlyingType(wanted) ?? wanted));

    private Type Type { get; } = type;

    private static DateOnly ParseDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new JsonException();

    private static IPAddress ParseAddress(string text) => IsAddress(text) ? IPAddress.Parse(text) : throw new JsonException();

    private static bool IsAddress(string text) =>
        text.Split('.').Length == 4
        && IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && address.ToString() == text;

    private static IPNetwork ParseNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.ToString() == text ? network
        : text.Split('/') is [var address, var length]
        && IsAddress(address)
        && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
        && bits <= 32
            ? throw new FormatException($"'{text}' has bits after its prefix")
        : throw new JsonException();

    private static ReadySign ParseReady(string text) =>
        Regex.IsMatch(text, ReadySign.Pattern) && !text.EndsWith('\n') ? ReadySign.Parse(text) : throw new JsonException();

    private static Uri ParseUpstream(string text) =>
        Regex.IsMatch(text, UpstreamPattern)
        && !text.EndsWith('\n')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.UserInfo == ""
            ? uri
            : throw new JsonException();

    private sealed class TextScalar<T>(string allowed, string pattern, Func<string, T> parse) : ScalarType(typeof(T), allowed)
    {
        public override JsonConverter Converter { get; } = new TextConverter<T>(parse);

        public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = pattern };
    }

    private sealed class EnumScalar<T>() : ScalarType(typeof(T), $"one of {string.Join(", ", Names)}")
        where T : struct, Enum
    {
        private static readonly string[] Names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

        public override JsonConverter Converter { get; } = new TextConverter<T>(Parse, value => Names[Array.IndexOf(Enum.GetValues<T>(), value)]);

        public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. Names.Select(name => (JsonNode)name)]) };

        private static T Parse(string text) => Array.IndexOf(Names, text) is >= 0 and var index ? Enum.GetValues<T>()[index] : throw new JsonException();
    }

    private sealed class PortScalar() : ScalarType(typeof(Port), "a port, 1 to 65535")
    {
        public override JsonConverter Converter { get; } = new PortConverter();

        public override JsonObject Schema() =>
            new()
            {
                ["type"] = "integer",
                ["minimum"] = 1,
                ["maximum"] = 65535,
            };
    }

    private sealed class TextConverter<T>(Func<string, T> parse, Func<T, string>? text = null) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? parse(reader.GetString()!) : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(text is null ? value!.ToString() : text(value));
    }

    private sealed class PortConverter : JsonConverter<Port>
    {
        public override Port Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number is >= 1 and <= 65535
                ? new Port(number)
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Port value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Number);
    }
}
