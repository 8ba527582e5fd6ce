namespace Lab.Model;

/// <summary>A word of a command line that somebody copies into a shell.</summary>
public static class ShellWord
{
    /// <summary>The word as it is where no character of it means anything to a shell, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-:=@%+,".Contains(letter))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
