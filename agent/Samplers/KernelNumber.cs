using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>A file of the kernel that holds one number, with decimals or without.</summary>
/// <param name="path">The file.</param>
internal sealed class KernelNumber(string path) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private readonly byte[] _buffer = new byte[64];

    /// <summary>Parses a number.</summary>
    /// <remarks>Source: Documentation/ABI/testing/sysfs-bus-iio. Shape: <c>23720</c> or <c>23720.000000000</c>,
    /// by the age of the kernel. Allocates: nothing.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        new AsciiReader(text).TryReadNumber(out value);

    /// <summary>Opens, reads and closes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="min">The smallest possible value.</param>
    /// <param name="max">The largest possible value.</param>
    /// <returns><see langword="null"/> if there is no number within the range.</returns>
    public static double? ReadOnce(string path, double min = 0, double max = double.MaxValue)
    {
        using var number = new KernelNumber(path);
        return number.TryRead(out var value) && value >= min && value <= max ? value : null;
    }

    /// <summary>Reads it; may take as long as a measurement.</summary>
    public bool TryRead(out double value)
    {
        value = 0;
        return _file.Read(_buffer, out var length) == FileOutcome.Ok && TryParse(_buffer.AsSpan(0, length), out value);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
