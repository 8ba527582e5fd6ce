using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment.Pinning;
using Lab.Model;
using Lab.Model.Input;

namespace Lab.Deployer.Commands;

/// <summary><c>pin</c>: what the tags of the images mean, kept in a lock file.</summary>
internal static class PinCommand
{
    private static readonly Option<bool> Check = new("--check") { Description = "Write nothing; fail if the lock file does not match the registries." };

    public static Command Create()
    {
        var command = Verb.Plain(
            "pin",
            """
            Ask the registries which images the tags of the lab file mean, and write their digests to lab.lock.yaml beside it. Everything that is put on machines then pulls by digest. Asks no AWS.

            Exit code: 0 written, or with --check nothing has changed; 1 error, or with --check a tag has moved or an image is not pinned.

            Examples:
              lab-deploy pin
              lab-deploy pin --check --json
            """,
            Check
        );
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (lab, path) = (Options.Lab(arguments), ImageLockFile.PathFor(arguments.GetValue(Options.File)));
        var isCheck = arguments.GetValue(Check);
        try
        {
            var pins = await ImagePins.ResolveAsync(lab, DayOption.Today(TimeProvider.System), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (!isCheck)
            {
                ImageLockFile.Write(path, ImagePins.Lock(pins));
            }

            Print(pins, path, isCheck, arguments.GetValue(Options.Json));
            return isCheck && pins.Any(pin => pin.State != PinState.Unchanged) ? 1 : 0;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"Interrupted. {path} is as it was.", Interruption.ExitCode, e);
        }
        catch (LabException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"{e.Message}\nNothing was written.", e.ExitCode, e);
        }
    }

    private static void Print(IReadOnlyList<ImagePin> pins, string path, bool isCheck, bool json)
    {
        if (json)
        {
            Output.Json(
                pins.Select(pin => new
                {
                    pin.Name,
                    pin.State,
                    (pin.Now ?? pin.Before)!.Digest,
                    Before = pin.Before?.Digest,
                    (pin.Now ?? pin.Before)!.Registry,
                    (pin.Now ?? pin.Before)!.Date,
                })
            );
            return;
        }

        foreach (var pin in pins)
        {
            Output.Line(Line(pin, isCheck));
        }

        Output.Line(
            !isCheck ? $"{path} is written."
            : pins.All(pin => pin.State == PinState.Unchanged) ? $"{path} is up to date."
            : $"{path} is out of date. Look at what has changed, then: {DeployCommand.Line("pin")}"
        );
    }

    private static string Line(ImagePin pin, bool isCheck) =>
        pin.State switch
        {
            PinState.New => $"{pin.Name}: {(isCheck ? "not pinned; the tag means" : "pinned to")} {pin.Now!.Digest}",
            PinState.Moved => $"{pin.Name}: the tag has moved from {pin.Before!.Digest} to {pin.Now!.Digest}",
            PinState.Unused => $"{pin.Name}: the lab does not use it; {(isCheck ? "the lock file still has it" : "removed from the lock file")}",
            _ => $"{pin.Name}: unchanged, {pin.Now!.Digest}",
        };
}
