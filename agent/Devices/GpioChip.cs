using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>The GPIO character device interface, version 2, and the chip of the header lines.</summary>
/// <remarks>
/// Source: linux/gpio.h, whose structures have the same layout on every architecture.
/// The number in <c>/dev/gpiochipN</c> depends on the kernel, so the chip is found by its label.
/// The offset of a line is its BCM number. Allocates only when listing devices.
/// </remarks>
internal static class GpioChip
{
    /// <summary>GPIO_V2_GET_LINE_IOCTL.</summary>
    public const uint LineRequest = 0xC250B407;

    /// <summary>GPIO_V2_LINE_GET_VALUES_IOCTL.</summary>
    public const uint GetValuesRequest = 0xC010B40E;

    /// <summary>GPIO_V2_LINE_SET_VALUES_IOCTL.</summary>
    public const uint SetValuesRequest = 0xC010B40F;

    /// <summary>The size of <c>struct gpio_v2_line_request</c>.</summary>
    public const int LineRequestBytes = 592;

    /// <summary>The size of <c>struct gpio_v2_line_values</c>.</summary>
    public const int ValuesBytes = 16;

    private const uint ChipRequest = 0x8044B401;
    private const int ChipBytes = 68;
    private const int LabelOffset = 32;
    private const int LabelBytes = 32;

    private const ulong InputFlag = 4;
    private const ulong OutputFlag = 8;
    private const uint OutputValuesAttribute = 2;

    /// <summary>Gets the consumer name that other programs see for lines in use.</summary>
    private static ReadOnlySpan<byte> Consumer => "nodetelemetry"u8;

    /// <summary>Opens the chip of the header.</summary>
    /// <param name="calls">The kernel.</param>
    /// <param name="folder">Usually <c>/dev</c>.</param>
    /// <param name="descriptor">The open descriptor if the outcome is <see cref="DeviceOutcome.Ok"/>;
    /// the caller closes it.</param>
    public static DeviceOutcome Open(IDeviceCalls calls, string folder, out int descriptor)
    {
        descriptor = -1;
        var outcome = DeviceOutcome.Absent;
        foreach (var name in KernelRoots.Files(folder))
        {
            if (!name.StartsWith("gpiochip", StringComparison.Ordinal))
            {
                continue;
            }

            descriptor = calls.Open(Path.Join(folder, name), LibC.OpenToReadAndWrite);
            if (descriptor < 0)
            {
                // A later chip may be that of the header.
                outcome = DeviceOutcomes.FromResult(descriptor);
                continue;
            }

            if (IsHeader(calls, descriptor))
            {
                return DeviceOutcome.Ok;
            }

            calls.Close(descriptor);
        }

        descriptor = -1;
        return outcome;
    }

    /// <summary>Writes <c>struct gpio_v2_line_request</c> for one line.</summary>
    /// <param name="request">The buffer, <see cref="LineRequestBytes"/> long.</param>
    /// <param name="line">The BCM number of the line.</param>
    /// <param name="isOutput">Whether the line is an output.</param>
    /// <param name="isHigh">The initial level of an output.</param>
    public static void WriteLineRequest(Span<byte> request, int line, bool isOutput, bool isHigh)
    {
        request.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)line);
        Consumer.CopyTo(request[256..]);
        BinaryPrimitives.WriteUInt64LittleEndian(request[288..], isOutput ? OutputFlag : InputFlag);
        if (isOutput)
        {
            // One attribute: the level of the only line.
            BinaryPrimitives.WriteUInt32LittleEndian(request[296..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(request[320..], OutputValuesAttribute);
            WriteValues(request[328..], isHigh);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(request[560..], 1);
    }

    /// <summary>Reads the descriptor of the line from the result.</summary>
    public static int DescriptorIn(ReadOnlySpan<byte> request) =>
        BinaryPrimitives.ReadInt32LittleEndian(request[588..]);

    /// <summary>Writes <c>struct gpio_v2_line_values</c> for one line.</summary>
    public static void WriteValues(Span<byte> values, bool isHigh)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(values, isHigh ? 1u : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(values[8..], 1);
    }

    private static bool IsHeader(IDeviceCalls calls, int chip)
    {
        Span<byte> info = stackalloc byte[ChipBytes];
        info.Clear();
        if (calls.Control(chip, ChipRequest, info) < 0)
        {
            return false;
        }

        // The header chips of models up to Pi 3 and Zero 2, of the Pi 4, and of the Pi 5.
        var label = info.Slice(LabelOffset, LabelBytes).TrimEnd((byte)0);
        return label.SequenceEqual("pinctrl-bcm2835"u8) || label.SequenceEqual("pinctrl-bcm2711"u8)
            || label.SequenceEqual("pinctrl-rp1"u8);
    }
}
