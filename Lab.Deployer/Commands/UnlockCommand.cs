using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment.Reconciling;

namespace Lab.Deployer.Commands;

/// <summary><c>unlock</c>: removes a lease that nobody needs any more.</summary>
internal static class UnlockCommand
{
    public static Command Create() =>
        Verb.Create(
            "unlock",
            """
            Remove the lease of a run that no longer runs. It would run out by itself after two minutes.

            Example:
              lab-deploy unlock --target aws
            """,
            RunAsync,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var lease = await Lease.FindAsync(session.Aws, session.Lab, cancellationToken);
        if (lease is not null)
        {
            await Question.DemandAsync(arguments, $"Remove the lease of {lease.Owner} ({lease.Doing}, until {lease.Expires:HH:mm:ss} UTC)?", cancellationToken);
            await Lease.BreakAsync(session.Aws, session.Lab, cancellationToken);
        }

        if (session.Json)
        {
            Output.Json(new { Removed = lease });
        }
        else
        {
            Output.Line(lease is null ? "There is no lease." : $"Removed the lease of {lease.Owner}.");
        }

        return 0;
    }
}
