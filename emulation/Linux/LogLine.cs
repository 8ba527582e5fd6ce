namespace Lab.Emulation.Linux;

/// <summary>A line of a log.</summary>
/// <param name="Number">Number of the line, from 1, counted over the whole run.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Text">The line.</param>
public sealed record LogLine(int Number, DateTimeOffset Time, string Text);
