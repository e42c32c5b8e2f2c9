namespace NodeTelemetry.TestKit;

/// <summary>Finds the files of this repository from wherever a test runs.</summary>
public static class RepositoryRoot
{
    /// <summary>Gets the folder that holds <c>NodeTelemetry.sln</c>.</summary>
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Gets a path below <c>tests/fixtures</c>.</summary>
    public static string Fixture(params string[] names) =>
        System.IO.Path.Combine([Path, "tests", "fixtures", .. names]);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "NodeTelemetry.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No NodeTelemetry.sln above {start}.");
    }
}
