using System.CommandLine;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Lab.CommandLine;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.Deployer.Commands;

/// <summary>What every verb works with: the lab, and where it is deployed.</summary>
internal sealed class Session : IAsyncDisposable
{
    /// <summary>The AWS that most accounts are of.</summary>
    private const string Partition = "aws";

    private readonly Emulator? _emulator;

    private Session(LabDefinition lab, AwsTarget target, Emulator? emulator, ParseResult arguments, TimeProvider time)
    {
        (Lab, Target, _emulator, Json) = (lab, target, emulator, arguments.GetValue(Options.Json));
        (Aws, Today) = (new AwsClients(target, time) { Note = Console.Error.WriteLine }, DayOption.Today(arguments, time));
    }

    public LabDefinition Lab { get; }

    public AwsTarget Target { get; }

    public AwsClients Aws { get; }

    /// <summary>True for JSON output.</summary>
    public bool Json { get; }

    /// <summary>The day that prices are for.</summary>
    public DateOnly Today { get; }

    /// <summary>Opens what the options name.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="time">The clock: it decides which day it is where <c>--date</c> does not, and when a lease runs out.</param>
    /// <param name="cancellationToken">Stops looking for an emulator or for credentials.</param>
    /// <exception cref="LabException">The lab file is wrong, no emulator answers, or there are no credentials.</exception>
    public static async Task<Session> OpenAsync(ParseResult arguments, TimeProvider time, CancellationToken cancellationToken)
    {
        var lab = Options.Lab(arguments);
        if (arguments.GetValue(Options.Target) == "aws")
        {
            foreach (var option in new Option[] { Options.Emulator, Options.Endpoint }.Where(option => arguments.GetResult(option) is { Implicit: false }))
            {
                throw new LabException($"--target aws and {option.Name} contradict each other: {option.Name} is an emulator's. Leave one of them out.");
            }

            return new Session(
                lab,
                new AwsTarget(Region(lab), await CredentialsAsync(arguments.GetValue(Options.Profile), cancellationToken), OtherEndpoint(), Timing.Aws),
                null,
                arguments,
                time
            );
        }

        var emulator = arguments.GetValue(Options.Emulator)
            ? await Emulator.StartAsync(cancellationToken)
            : await Emulator.FindAsync(arguments.GetValue(Options.Endpoint), lab, cancellationToken);
        return new Session(lab, AwsTarget.Local(lab.Region, emulator.Endpoint), emulator, arguments, time);
    }

    public async ValueTask DisposeAsync()
    {
        Aws.Dispose();
        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }
    }

    /// <summary>As AWS's own programs do, the AWS path goes where AWS_ENDPOINT_URL says.</summary>
    private static Uri? OtherEndpoint() =>
        Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") switch
        {
            null or "" => null,
            var text when Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https" => new Uri(text),
            var text => throw new LabException($"AWS_ENDPOINT_URL is '{text}', which is not an address like https://host:port. Unset it, or fix it."),
        };

    private static string Region(LabDefinition lab)
    {
        if (RegionEndpoint.EnumerableAllRegions.FirstOrDefault(region => region.SystemName == lab.Region) is not { } region)
        {
            throw new LabException($"AWS has no region {lab.Region}. Fix region in {LabFile.DefaultName}.");
        }

        return region.PartitionName == Partition
            ? lab.Region
            : throw new LabException(
                $"{lab.Region} is in the partition {region.PartitionName}, whose accounts, prices and resource names differ. Lab deploys to the partition {Partition}; fix region in {LabFile.DefaultName}."
            );
    }

    private static async Task<AWSCredentials> CredentialsAsync(string? profile, CancellationToken cancellationToken)
    {
        if (profile is not null)
        {
            return new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var named)
                ? await UsableAsync(named, profile, cancellationToken)
                : throw new LabException($"There is no usable profile {profile} in the AWS configuration. See: aws configure list-profiles");
        }

        try
        {
            var credentials = DefaultAWSCredentialsIdentityResolver.GetCredentials();
            await credentials.GetCredentialsAsync().WaitAsync(cancellationToken);
            return credentials;
        }
        catch (AmazonClientException e)
        {
            throw new LabException("No AWS credentials are found. Run aws configure, or set AWS_PROFILE, or name a profile with --profile.", inner: e);
        }
    }

    /// <summary>
    /// A profile of a kind that needs a part of the SDK which is not in this program (single sign-on, aws login, a role with a second
    /// factor) is read by AWS's own program, which can all of them.
    /// </summary>
    private static async Task<AWSCredentials> UsableAsync(AWSCredentials named, string profile, CancellationToken cancellationToken)
    {
        try
        {
            await named.GetCredentialsAsync().WaitAsync(cancellationToken);
            return named;
        }
        catch (Exception first) when (first is not OperationCanceledException)
        {
            try
            {
                // The SDK hands the line to a shell.
                var exported = new ProcessAWSCredentials($"aws configure export-credentials --profile {ShellWord.Quote(profile)} --format process");
                await exported.GetCredentialsAsync().WaitAsync(cancellationToken);
                return exported;
            }
            catch (Exception second) when (second is not OperationCanceledException)
            {
                throw new LabException(
                    $"The profile {profile} gives no credentials: {first.Message.Split('\n')[0]} Log in first (aws sso login --profile {profile}, or aws login), or run: eval \"$(aws configure export-credentials --profile {profile} --format env)\"",
                    inner: second
                );
            }
        }
    }
}
