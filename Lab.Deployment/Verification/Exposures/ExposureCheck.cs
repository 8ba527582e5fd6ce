using System.Net;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Model;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>One look at one kind of thing. It never ends the others: what cannot be looked at is a finding.</summary>
/// <param name="Call">The call that it takes, as IAM names it.</param>
/// <param name="Subject">What is looked for, for a reader.</param>
/// <param name="FindAsync">Looks.</param>
internal sealed record ExposureCheck(string Call, string Subject, Func<CancellationToken, Task<IEnumerable<Exposed>>> FindAsync)
{
    public async Task<IReadOnlyList<Exposed>> RunAsync(bool isLocal, CancellationToken cancellationToken)
    {
        try
        {
            return [.. await FindAsync(cancellationToken)];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && AwsErrors.Explain(e) is not null)
        {
            return [Judge(e, isLocal)];
        }
    }

    /// <summary>What a failed call means: an emulator may lack it, AWS does not.</summary>
    public Exposed Judge(Exception error, bool isLocal) =>
        error switch
        {
            _ when isLocal && IsUnknownToEmulator(error) => new Exposed(Subject, $"not checked: the emulator does not know {Call}", Verdict.NotChecked),
            _ when AwsErrors.IsDenied(error) => new Exposed(
                Subject,
                $"could not be checked: AWS denies {Call}. What it takes: {DeployCommand.Line("doctor --policy")}"
            ),
            _ => new Exposed(Subject, $"could not be checked: {Call} failed: {error.Message}"),
        };

    /// <summary>moto also breaks down at what it does not implement.</summary>
    private static bool IsUnknownToEmulator(Exception error) =>
        AwsErrors.IsUnknownCall(error)
        || error
            is AmazonServiceException { StatusCode: HttpStatusCode.InternalServerError, ErrorCode: null or "" or "InternalFailure" or "InternalServerError" };
}
