namespace Lab.Model;

/// <summary>A word of a command line that somebody copies into a shell.</summary>
public static class ShellWord
{
    /// <summary>The word as it is where no character of it means anything to a shell, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-:=@%+,".Contains(letter)) ? word : InQuotes(word);

    /// <summary>The text in single quotes, in which a POSIX shell reads every character as itself.</summary>
    public static string InQuotes(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
