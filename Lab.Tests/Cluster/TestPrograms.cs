using Lab.Emulation.Linux;

namespace Lab.Tests.Cluster;

/// <summary>Programs of the tests' own, for PATH.</summary>
internal static class TestPrograms
{
    /// <summary>Puts programs into a folder, each by the word that makes the test program it.</summary>
    /// <returns>The folder, for PATH.</returns>
    public static string Put(string folder, params string[] words)
    {
        var programs = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        foreach (var word in words)
        {
            var program = Path.Combine(programs, word);
            File.WriteAllText(program, $"#!/bin/sh\nexec '{DotNet.Host}' '{Path.Combine(AppContext.BaseDirectory, "Lab.Tests.dll")}' {word} \"$@\"\n");
            if (OperatingSystem.IsLinux())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return programs;
    }
}
