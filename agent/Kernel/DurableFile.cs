namespace NodeTelemetry.Agent.Kernel;

/// <summary>Replaces a file so that a power loss leaves the old content or the new one.</summary>
internal static class DurableFile
{
    /// <summary>Replaces the content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var part = path + ".new";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);

            // Otherwise a power loss may leave an empty file in place of the old one.
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
