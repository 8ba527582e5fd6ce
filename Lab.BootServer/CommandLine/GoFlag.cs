namespace Lab.BootServer.CommandLine;

/// <summary>A flag of the command line.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Usage">What it does.</param>
/// <param name="Default">Its value when nobody sets it.</param>
/// <param name="Variable">The environment variable that sets it when the command line does not.</param>
/// <param name="IsBool">Whether it stands alone.</param>
internal sealed record GoFlag(string Name, string Usage, string Default, string Variable, bool IsBool = false);
