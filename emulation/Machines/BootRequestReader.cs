using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>Finds the stages in what the boot server has answered.</summary>
public static class BootRequestReader
{
    /// <summary>What a request says about which machine; null for requests that are no stage.</summary>
    public static (MacAddress Machine, Observation Observation)? Read(BootRequest request)
    {
        if (request.Mac is null || !MacAddress.TryParse(request.Mac, out var mac) || StageOf(request) is not { } stage)
        {
            return null;
        }

        var kind = request.Status is >= 200 and < 400
            ? stage == BootStage.Config && request.Bytes == 0
                ? ObservationKind.Failed
                : ObservationKind.Reached
            : request.Status < 500 && request.Status != ClientWentAway
                ? ObservationKind.Failed
                : ObservationKind.Trouble;
        return (mac, new Observation(stage, kind, Matchbox.Name, Describe(request)) { Exchange = request.Exchange });
    }

    /// <summary>The status of a request whose client did not wait for the answer.</summary>
    private const int ClientWentAway = 499;

    /// <summary><c>/boot.ipxe</c> only sends iPXE on to <c>/ipxe</c>; the answer there is the node's script. A HEAD sends nothing.</summary>
    private static BootStage? StageOf(BootRequest request) =>
        request.Stage switch
        {
            _ when request.Method != "GET" => null,
            // Firmware that boots over HTTP fetches there what others fetch over TFTP.
            _ when BootClient.IsProgram(Path.GetFileName(request.Path)) && request.Path == BootClient.HttpPath(Path.GetFileName(request.Path)) =>
                BootStage.Tftp,
            BootRequestStage.Script when request.Path is "/ipxe" => BootStage.Script,
            BootRequestStage.Disk => BootStage.Disk,
            BootRequestStage.Kernel => BootStage.Kernel,
            BootRequestStage.Initrd => BootStage.Initrd,
            BootRequestStage.Config => BootStage.Config,
            _ => null,
        };

    private static string Describe(BootRequest request) =>
        $"{request.Method} {request.Path}{(request.Query.Length > 0 ? "?" : "")}{request.Query} -> {request.Status}, {request.Bytes} bytes"
        + (request.Reason is null ? "" : $" ({request.Reason})");
}
