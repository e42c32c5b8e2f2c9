using System.Text;

namespace NodeTelemetry.TestKit;

/// <summary>Compares whole texts and pictures with files under <c>tests/fixtures</c>; <c>UPDATE_GOLDEN=1</c> writes them
/// instead.</summary>
public static class Golden
{
    /// <summary>Compares <paramref name="actual"/> with the golden file of that name.</summary>
    /// <returns><see langword="null"/> if they are the same, or a sentence that says where they differ and how to
    /// accept it.</returns>
    public static string? Compare(string name, string actual)
    {
        var path = RepositoryRoot.Fixture("golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return null;
        }

        if (!File.Exists(path))
        {
            return $"There is no {path}; run the test with UPDATE_GOLDEN=1 and review what it writes.";
        }

        var expected = File.ReadAllText(path);
        if (expected == actual)
        {
            return null;
        }

        var expectedLines = expected.Split('\n');
        var actualLines = actual.Split('\n');
        var line = 0;
        while (line < Math.Min(expectedLines.Length, actualLines.Length) && expectedLines[line] == actualLines[line])
        {
            line++;
        }

        return $"{path} differs in line {line + 1}:\n"
            + $"  expected: {expectedLines.ElementAtOrDefault(line) ?? "(end)"}\n"
            + $"  actual:   {actualLines.ElementAtOrDefault(line) ?? "(end)"}\n"
            + "If the change is meant, run the test with UPDATE_GOLDEN=1 and review the difference.";
    }

    /// <summary>Compares a picture, byte for byte, with the file of that name below <c>tests/fixtures</c>.</summary>
    /// <returns><see langword="null"/> if they are the same, or a sentence that says how to see and accept the
    /// difference.</returns>
    public static string? ComparePicture(string name, byte[] actual)
    {
        var path = RepositoryRoot.Fixture(name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, actual);
            return null;
        }

        return File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(actual)
            ? null
            : $"{path} is not what is drawn now; run the test with UPDATE_GOLDEN=1 and look at what it writes.";
    }
}
