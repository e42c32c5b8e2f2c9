namespace NodeTelemetry.Agent.Devices;

/// <summary>One header line through the GPIO character device, version 2.
/// After a failure the next use requests the line again.</summary>
/// <param name="calls">The kernel.</param>
/// <param name="folder">Usually <c>/dev</c>.</param>
/// <param name="number">The BCM number of the line.</param>
internal sealed class GpioLine(IDeviceCalls calls, string folder, int number) : IGpioLine
{
    private int _descriptor = -1;
    private bool _isOutput;

    /// <inheritdoc/>
    public string Name { get; } = $"GPIO{number}";

    /// <inheritdoc/>
    public DeviceOutcome Write(bool isHigh)
    {
        if (_descriptor < 0 || !_isOutput)
        {
            return Take(isOutput: true, isHigh);
        }

        Span<byte> values = stackalloc byte[GpioChip.ValuesBytes];
        GpioChip.WriteValues(values, isHigh);
        return Check(calls.Control(_descriptor, GpioChip.SetValuesRequest, values));
    }

    /// <inheritdoc/>
    public DeviceOutcome Read(out bool isHigh)
    {
        isHigh = false;
        if (_descriptor < 0 && Take(isOutput: false, isHigh) is var outcome and not DeviceOutcome.Ok)
        {
            return outcome;
        }

        Span<byte> values = stackalloc byte[GpioChip.ValuesBytes];
        GpioChip.WriteValues(values, isHigh);
        outcome = Check(calls.Control(_descriptor, GpioChip.GetValuesRequest, values));
        isHigh = (values[0] & 1) != 0;
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            calls.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private DeviceOutcome Take(bool isOutput, bool isHigh)
    {
        Dispose();
        if (GpioChip.Open(calls, folder, out var chip) is var outcome and not DeviceOutcome.Ok)
        {
            return outcome;
        }

        var request = new byte[GpioChip.LineRequestBytes];
        GpioChip.WriteLineRequest(request, number, isOutput, isHigh);
        var result = calls.Control(chip, GpioChip.LineRequest, request);
        calls.Close(chip);
        if (result >= 0)
        {
            _descriptor = GpioChip.DescriptorIn(request);
            _isOutput = isOutput;
        }

        return DeviceOutcomes.FromResult(result);
    }

    private DeviceOutcome Check(int result)
    {
        if (result < 0)
        {
            Dispose();
        }

        return DeviceOutcomes.FromResult(result);
    }
}
