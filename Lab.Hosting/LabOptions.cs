using System.Globalization;
using Lab.Dashboard.Serving;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Runtime.State;
using Microsoft.Extensions.Configuration;

namespace Lab.Hosting;

/// <summary>A lab's options as configuration: of the command line, the environment, a settings file.</summary>
internal static class LabOptions
{
    public static LabRequest Apply(LabRequest request, IConfiguration options)
    {
        var lab = request.Lab;
        lab = Text(options, "name") is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
        lab = Flag(options, "vpc") is { } vpc ? lab.In(vpc ? RehearsedNetwork.Vpc : RehearsedNetwork.Lan) : lab;
        lab = Number(options, "nodes", "a number from 1") is { } nodes ? lab.WithNodes(nodes) : lab;
        return request with
        {
            Lab = lab,
            Image = Text(options, "image") ?? request.Image,
            Fault = Text(options, "fault") ?? request.Fault,
            MachineConfigs = Text(options, "machine-configs") ?? request.MachineConfigs,
            Serving = Number(options, "port", "0 (any) to 65535") is { } port ? new ServingOptions(Dashboard: true, port) : request.Serving,
        };
    }

    private static string? Text(IConfiguration options, string key) => options[key] is { Length: > 0 } text ? text : null;

    private static int? Number(IConfiguration options, string key, string allowed) =>
        Text(options, key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 65535 ? number
        : throw new LabException($"--{key} takes {allowed}, found '{text}'.");

    private static bool? Flag(IConfiguration options, string key) =>
        Text(options, key) is not { } text ? null
        : bool.TryParse(text, out var flag) ? flag
        : throw new LabException($"--{key} takes true or false, found '{text}'.");
}
