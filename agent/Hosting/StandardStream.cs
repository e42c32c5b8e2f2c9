using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Writes whole lines to standard output or error without <c>Console</c>,
/// which adds 200 kB to the binary.</summary>
internal static class StandardStream
{
    /// <summary>Writes to standard output.</summary>
    public static void WriteOutput(string text) => Write(LibC.StandardOutput, Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Writes to standard error.</summary>
    public static void WriteError(string text) => Write(LibC.StandardError, Encoding.UTF8.GetBytes(text + "\n"));

    private static void Write(int descriptor, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var written = LibC.Write(descriptor, text, text.Length);
            if (written <= 0)
            {
                // The reader is gone, and there is no other place to report the failure.
                return;
            }

            text = text[(int)written..];
        }
    }
}
