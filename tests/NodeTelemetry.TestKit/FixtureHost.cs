using System.Globalization;

namespace NodeTelemetry.TestKit;

/// <summary>A copy of <c>tests/fixtures/hosts/NAME</c> in a temporary directory, which a test may change.</summary>
/// <remarks>
/// The files of a host hold its first state. Later states are in files of the same name with a number:
/// <c>proc/stat</c> and <c>proc/stat.2</c>.
/// <see cref="Advance"/> overwrites the content in place, so that an open file handle sees it, as with the kernel.
/// </remarks>
public sealed class FixtureHost : IDisposable
{
    private int _moment = 1;

    /// <summary>Initializes a new instance of the <see cref="FixtureHost"/> class.</summary>
    public FixtureHost(string name)
    {
        Root = Directory.CreateTempSubdirectory("nodetelemetry-host-").FullName;
        Copy(RepositoryRoot.Fixture("hosts", name), Root);
    }

    /// <summary>Gets the names of all hosts with a HAT.</summary>
    public static IEnumerable<string> HatNames => NamesIn("hats");

    /// <summary>Gets the names of all hosts.</summary>
    public static IEnumerable<string> Names => NamesIn("hosts");

    /// <summary>Gets the folder of the copy.</summary>
    public string Root { get; }

    /// <summary>Gets where <c>/proc</c> is.</summary>
    public string Proc => Path.Combine(Root, "proc");

    /// <summary>Gets where <c>/sys</c> is.</summary>
    public string Sys => Path.Combine(Root, "sys");

    /// <summary>Gets where <c>/etc</c> is.</summary>
    public string Etc => Path.Combine(Root, "etc");

    /// <summary>Makes a copy of <c>tests/fixtures/hats/NAME</c>: what a HAT adds to the host that its file <c>base</c> names.</summary>
    public static FixtureHost WithHat(string name)
    {
        var folder = RepositoryRoot.Fixture("hats", name);
        var host = new FixtureHost(File.ReadAllText(Path.Combine(folder, "base")).Trim());
        Copy(folder, host.Root);
        return host;
    }

    /// <summary>Goes on to the next moment.</summary>
    public void Advance()
    {
        _moment++;
        var suffix = string.Create(CultureInfo.InvariantCulture, $".{_moment}");
        foreach (var later in Directory.GetFiles(Root, "*" + suffix, SearchOption.AllDirectories))
        {
            Write(later[..^suffix.Length], File.ReadAllBytes(later));
            File.Delete(later);
        }
    }

    /// <summary>Writes one file of the host, given by its path below <see cref="Root"/>.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var file = new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
        file.Write(content);
    }

    /// <summary>Removes one file or folder of the host.</summary>
    public void Remove(string path)
    {
        var full = Path.Combine(Root, path);
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }
        else
        {
            File.Delete(full);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static IEnumerable<string> NamesIn(string kind) =>
        Directory.GetDirectories(RepositoryRoot.Fixture(kind)).Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal);

    private static void Copy(string source, string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)), overwrite: true);
        }
    }
}
