using NodeTelemetry.TestKit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The files of the repository that people write.</summary>
internal static class SourceFiles
{
    private static readonly string[] SkippedFolders = ["artifacts", "node_modules", "wwwroot", "bin", "obj", ".git"];

    /// <summary>Gets all files with a given ending, as paths relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> EndingWith(string ending) =>
        [.. Below(new DirectoryInfo(RepositoryRoot.Path))
            .Where(path => path.EndsWith(ending, StringComparison.Ordinal))
            .Select(static path => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads a file by its relative path.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    private static IEnumerable<string> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(static file => file.FullName).Concat(folder.EnumerateDirectories()
            .Where(static child => !SkippedFolders.Contains(child.Name))
            .SelectMany(Below));
}
