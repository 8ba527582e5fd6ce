using System.Net;
using Amazon.Runtime;
using Lab.Model;

namespace Lab.Deployment.Aws;

/// <summary>What an error of a call means.</summary>
internal static class AwsErrors
{
    private static readonly string[] Throttles =
    [
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestThrottled",
        "EC2ThrottledException",
        "SlowDown",
    ];

    private static readonly string[] Denials =
    [
        "UnauthorizedOperation",
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "UnauthorizedAccess",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "UnrecognizedClientException",
        "OptInRequired",
        "MissingAuthenticationToken",
    ];

    /// <summary>The call was not carried out because there are too many: it may be sent again.</summary>
    public static bool IsThrottle(Exception error) => error is AmazonServiceException { ErrorCode: { } code } && Throttles.Contains(code);

    /// <summary>The caller may not do that, or is not known.</summary>
    public static bool IsDenied(Exception error) => error is AmazonServiceException { ErrorCode: { } code } && Denials.Contains(code);

    /// <summary>What the call names does not exist.</summary>
    public static bool IsGone(Exception error) =>
        error is AmazonServiceException { ErrorCode: { } code }
        && (code.Contains("NotFound", StringComparison.Ordinal) || code is "NoSuchEntity" or "NotFoundException");

    /// <summary>
    /// What was just made is not known everywhere yet: IAM has an instance profile some seconds before Auto Scaling and EC2 have it, and
    /// they have no code of their own for that.
    /// </summary>
    public static bool IsNotYet(Exception error) =>
        error is AmazonServiceException { ErrorCode: "ValidationError" or "InvalidParameterValue" }
        && error.Message.Contains("Invalid IAM Instance Profile", StringComparison.OrdinalIgnoreCase);

    /// <summary>The thing is still used by another one; AWS says so for minutes after that one has gone, for an interface in a sentence only.</summary>
    public static bool IsInUse(Exception error) =>
        error is AmazonServiceException { ErrorCode: { } code }
        && ((code == "InvalidParameterValue" && error.Message.Contains("currently in use", StringComparison.OrdinalIgnoreCase)) || IsInUse(code));

    private static bool IsInUse(string code) =>
        code
            is "DependencyViolation"
                or "ResourceInUse"
                or "InvalidIPAddress.InUse"
                or "InvalidNetworkInterface.InUse"
                or "DeleteConflict"
                or "AuthFailure.InUse"
                or "InvalidParameterValue.InUse"
                or "ScalingActivityInProgress"
                or "ResourceInUseFault";

    /// <summary>An emulator without the service or the call answers with a status alone, or with a code that AWS does not give for what it has.</summary>
    public static bool IsUnknownCall(Exception error) =>
        error is AmazonServiceException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented } failure
            && (string.IsNullOrEmpty(failure.ErrorCode) || failure.ErrorCode == $"{failure.StatusCode}")
        || error is AmazonServiceException { ErrorCode: "InvalidAction" or "UnknownOperationException" or "NotImplemented" or "NotImplementedException" };

    /// <summary>The thing is there already, in the wanted state.</summary>
    public static bool IsDuplicate(Exception error) =>
        error is AmazonServiceException { ErrorCode: { } code }
        && (
            code.Contains("Duplicate", StringComparison.Ordinal)
            || code.Contains("AlreadyExists", StringComparison.Ordinal)
            || code is "Resource.AlreadyAssociated" or "RouteAlreadyExists"
        );

    /// <summary>An instance that is on its way from one state to another.</summary>
    public static bool IsNotInState(Exception error) => error is AmazonServiceException { ErrorCode: "IncorrectInstanceState" };

    /// <summary>
    /// The answer was lost or broke off, or the service broke down in the middle: whether the call took effect is not known.
    /// </summary>
    public static bool IsAmbiguous(Exception error) =>
        error switch
        {
            AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError } => true,
            AmazonServiceException { ErrorCode: { Length: > 0 } } => false,
            _ when IsUnknownCall(error) => false,
            AmazonServiceException
            or AmazonUnmarshallingException
            or System.Xml.XmlException
            or System.Text.Json.JsonException
            or HttpRequestException
            or IOException
            or TimeoutException
            or WebException => true,
            AmazonClientException { InnerException: { } inner } => IsAmbiguous(inner),
            OperationCanceledException => true,
            _ => false,
        };

    /// <summary>What to tell a user about a failure that AWS, or the way there, is the cause of; null for anything else.</summary>
    public static string? Explain(Exception error) =>
        error switch
        {
            OperationCanceledException { InnerException: not TimeoutException } =>
                "Interrupted. What was done so far stays; run the command again to continue.",
            AmazonServiceException { ErrorCode: { Length: > 0 } code } when IsDenied(error) =>
                $"AWS denies the call ({code}): {error.Message} Who you are and what is missing: {DeployCommand.Line("doctor")}; what it takes: {DeployCommand.Line("doctor --policy")}",
            AmazonServiceException { ErrorCode: { Length: > 0 } code } when IsThrottle(error) =>
                $"AWS asks to slow down ({code}), again and again: {error.Message} Try again in a minute.",
            AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"AWS refuses the call ({code}): {error.Message}",
            AmazonServiceException unknown when IsUnknownCall(error) =>
                $"What answers in AWS's place does not know this call (HTTP {(int)unknown.StatusCode}): {unknown.Message}",
            _ when IsAmbiguous(error) => $"AWS does not answer: {error.Message} Check the network and the region, then run the command again.",
            AmazonClientException => $"AWS cannot be asked: {error.Message}",
            _ => null,
        };
}
