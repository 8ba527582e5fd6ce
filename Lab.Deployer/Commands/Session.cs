using System.CommandLine;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Lab.Deployer.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary>What every verb works with: the lab, and where it is deployed.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly Emulator? _emulator;

    private Session(LabDefinition lab, AwsTarget target, Emulator? emulator, ParseResult arguments, TimeProvider time)
    {
        (Lab, Target, _emulator, Json) = (lab, target, emulator, arguments.GetValue(Options.Json));
        (Aws, Today) = (new AwsClients(target, time), Options.Today(arguments, time));
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
            return new Session(lab, new AwsTarget(Region(lab), await CredentialsAsync(arguments.GetValue(Options.Profile), cancellationToken), null, Timing.Aws), null, arguments, time);
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

    private static string Region(LabDefinition lab) => RegionEndpoint.EnumerableAllRegions.Any(region => region.SystemName == lab.Region)
        ? lab.Region
        : throw new LabException($"AWS has no region {lab.Region}. Mend region in {LabFile.DefaultName}.");

    private static async Task<AWSCredentials> CredentialsAsync(string? profile, CancellationToken cancellationToken)
    {
        if (profile is not null)
        {
            return new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var named)
                ? named
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
}
