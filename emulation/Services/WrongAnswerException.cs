namespace Lab.Emulation.Services;

/// <summary>An answer came, and it is not the right one: no question of patience.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
