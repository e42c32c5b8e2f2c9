using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>A panel with a kernel driver, <c>/dev/fbN</c>.</summary>
/// <remarks>Source: Documentation/fb/framebuffer.rst; attributes in <c>/sys/class/graphics</c>.
/// The number depends on the order in which drivers load, so the device is found by name and size.
/// Opened for each image: images are rare, and the panel may be removed.</remarks>
/// <param name="Name">The name of the driver, such as <c>RPi-Sense FB</c>.</param>
/// <param name="Path">The device file.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitsPerPixel">Bits per pixel.</param>
/// <param name="RowBytes">Bytes per row (stride).</param>
internal sealed record Framebuffer(string Name, string Path, int Width, int Height, int BitsPerPixel, int RowBytes)
{
    /// <summary>More framebuffers than a board has.</summary>
    private const int CountMax = 8;

    private const int TextBytesMax = 128;

    /// <summary>Lists the framebuffers.</summary>
    public static List<Framebuffer> List(KernelRoots roots)
    {
        var found = new List<Framebuffer>();
        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/graphics"), "fb", CountMax))
        {
            var size = KernelText.ReadFile(System.IO.Path.Join(folder, "virtual_size"), TextBytesMax)?.Split(',');
            if (size is [var width, var height] && TryNumber(width, out var columns) && TryNumber(height, out var rows))
            {
                var bits = Number(folder, "bits_per_pixel");
                found.Add(new Framebuffer(
                    KernelText.ReadFile(System.IO.Path.Join(folder, "name"), TextBytesMax) ?? "",
                    roots.DevFile(System.IO.Path.GetFileName(folder)),
                    columns,
                    rows,
                    bits,
                    Math.Max(Number(folder, "stride"), columns * bits / 8)));
            }
        }

        return found;
    }

    /// <summary>Writes the bytes of a row, numbered from the top.</summary>
    public delegate void RowWriter(Span<byte> row, int number);

    /// <summary>Shows an image, row by row.</summary>
    /// <param name="calls">The kernel.</param>
    /// <param name="write">Writes each row.</param>
    public DeviceOutcome Write(IDeviceCalls calls, RowWriter write)
    {
        var descriptor = calls.Open(Path, LibC.OpenToReadAndWrite);
        var outcome = DeviceOutcomes.FromResult(descriptor);
        var row = new byte[RowBytes];
        for (var y = 0; y < Height && outcome == DeviceOutcome.Ok; y++)
        {
            write(row, y);
            var written = calls.Write(descriptor, row);
            outcome = written < 0 ? DeviceOutcomes.FromResult(written)
                : written == row.Length ? DeviceOutcome.Ok
                : DeviceOutcome.Failed;
        }

        if (descriptor >= 0)
        {
            calls.Close(descriptor);
        }

        return outcome;
    }

    private static int Number(string folder, string name) =>
        KernelText.ReadFile(System.IO.Path.Join(folder, name), TextBytesMax) is { } text
        && TryNumber(text, out var value)
            ? value
            : 0;

    private static bool TryNumber(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
