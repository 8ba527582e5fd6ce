using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>Hands on the body of an answer, and turns an error into the SDK's own exception, so that its retries apply.</summary>
internal sealed class ProtocolUnmarshaller(ServiceProtocol protocol) : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context) => new ProtocolResponse { Body = Body(context) };

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var (code, message) = Error(Body(context));
        var type = (int)statusCode >= 500 ? ErrorType.Receiver : ErrorType.Sender;
        return new AmazonServiceException(message ?? $"{protocol.Name} answered {(int)statusCode}", innerException, type, code, null, statusCode);
    }

    private (string? Code, string? Message) Error(string body)
    {
        try
        {
            return protocol.IsJson ? JsonError(body) : XmlError(body);
        }
        catch (Exception e) when (e is XmlException or JsonException)
        {
            return (null, null);
        }
    }

    private static (string?, string?) XmlError(string body)
    {
        var error = XElement.Parse(body).DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == "Error");
        return (error.Text("Code"), error.Text("Message"));
    }

    private static (string?, string?) JsonError(string body)
    {
        var error = JsonDocument.Parse(body).RootElement;
        var message = error.EnumerateObject().FirstOrDefault(property => property.Name.Equals("message", StringComparison.OrdinalIgnoreCase)).Value;
        return (
            error.TryGetProperty("__type", out var type) ? type.GetString()!.Split('#')[^1] : null,
            message.ValueKind == JsonValueKind.String ? message.GetString() : null
        );
    }

    private static string Body(XmlUnmarshallerContext context)
    {
        using var reader = new StreamReader(context.Stream);
        return reader.ReadToEnd();
    }
}
