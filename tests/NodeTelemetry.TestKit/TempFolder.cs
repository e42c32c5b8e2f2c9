namespace NodeTelemetry.TestKit;

/// <summary>A folder of its own for one test.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Gets its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("nodetelemetry-").FullName;

    /// <summary>Gets the path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
