using Lab.Deployment.Aws;

namespace Lab.Deployment;

/// <summary>The bastion's Auto Scaling group.</summary>
internal static class BastionGroup
{
    /// <summary>
    /// Sets how many instances it shall have. moto 5.2 takes the number and then fails to launch from a template's later version; a lab that runs as a VPC launches in its place.
    /// </summary>
    public static async Task SetAsync(AwsClients aws, string group, int desired, CancellationToken cancellationToken)
    {
        try
        {
            await aws.AutoScaling.SetDesiredAsync(group, desired, cancellationToken);
        }
        catch (Exception e) when (AwsErrors.IsAmbiguous(e) && !cancellationToken.IsCancellationRequested)
        {
            if ((await aws.AutoScaling.FindGroupAsync(group, cancellationToken))?.Desired != desired)
            {
                throw;
            }
        }
    }
}
