using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>The user's own commands that switch a real machine on and off: Redfish, a PDU, a smart plug. Each is a list of arguments, or a text for a shell.</summary>
public sealed record PowerDefinition
{
    /// <summary>Set for such a command: the name of the node.</summary>
    public const string NodeVariable = "LAB_NODE";

    /// <summary>Its MAC, in lower-case colon form.</summary>
    public const string MacVariable = "LAB_MAC";

    /// <summary>The address that it was seen at, else the one of the lab file.</summary>
    public const string AddressVariable = "LAB_ADDRESS";

    /// <summary>Its role.</summary>
    public const string RoleVariable = "LAB_ROLE";

    /// <summary>Name of the lab.</summary>
    public const string LabVariable = "LAB_NAME";

    /// <summary>What the command is to do: <c>on</c>, <c>off</c> or <c>cycle</c>.</summary>
    public const string ActionVariable = "LAB_POWER";

    [Description("Command that switches the machine on.")]
    [ShellForm]
    [Length(1, MostArguments, ErrorMessage = Arguments)]
    [RegularExpression(TextForms.CommandArgument)]
    [Example("power.sh")]
    public IReadOnlyList<string>? On { get; init; }

    [Description("Command that switches the machine off.")]
    [ShellForm]
    [Length(1, MostArguments, ErrorMessage = Arguments)]
    [RegularExpression(TextForms.CommandArgument)]
    [Example("power.sh")]
    public IReadOnlyList<string>? Off { get; init; }

    [Description("Command that switches the machine off and on again; without it off and on, one after the other.")]
    [ShellForm]
    [Length(1, MostArguments, ErrorMessage = Arguments)]
    [RegularExpression(TextForms.CommandArgument)]
    [Example("power.sh")]
    public IReadOnlyList<string>? Cycle { get; init; }

    /// <summary>True where a machine can be switched off and on again.</summary>
    public bool CanCycle() => Cycle is not null || (On is not null && Off is not null);

    private const int MostArguments = 64;

    private const string Arguments = "a command has {1} to {2} arguments, the program first";
}
