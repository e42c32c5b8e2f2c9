using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The files of the repository that people write.</summary>
internal static partial class SourceFiles
{
    private static readonly string[] SkippedFolders = ["artifacts", "node_modules", "wwwroot", "bin", "obj", ".git"];

    /// <summary>Gets all files, as paths relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Below(new DirectoryInfo(RepositoryRoot.Path))
            .Select(static path => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>Gets the C# files of the programs and of the code that they share.</summary>
    public static IReadOnlyList<string> Product { get; } =
        [.. EndingWith(".cs").Where(static path => !path.StartsWith("tests/", StringComparison.Ordinal))];

    /// <summary>Gets all files with a given ending.</summary>
    public static IReadOnlyList<string> EndingWith(string ending) =>
        [.. All.Where(path => path.EndsWith(ending, StringComparison.Ordinal))];

    /// <summary>Reads a file by its relative path.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    /// <summary>Finds the types that are not nested, each with its kind, name and, if it is generic, <c>&lt;</c>.</summary>
    [GeneratedRegex(
        @"^(?:public|internal)\s+(?:(?:static|sealed|abstract|partial|readonly|ref)\s+)*"
        + @"(?<kind>class|record struct|record class|struct|record|enum|interface)\s+(?<name>\w+)(?<generic><?)",
        RegexOptions.Multiline)]
    public static partial Regex TypeDeclaration();

    private static IEnumerable<string> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(static file => file.FullName).Concat(folder.EnumerateDirectories()
            .Where(static child => !SkippedFolders.Contains(child.Name))
            .SelectMany(Below));
}
