using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>An ADS1015 or ADS1115: four registers of sixteen bits, a pointer that does not go on, and conversions that
/// take their time.</summary>
internal sealed class SimulatedAds1015(bool isAds1115 = false) : II2cDevice
{
    private static readonly int[] Rates = [128, 250, 490, 920, 1600, 2400, 3300, 3300];
    private static readonly int[] SlowRates = [8, 16, 32, 64, 128, 250, 475, 860];

    private TimeSpan _left;

    /// <summary>Gets the registers.</summary>
    public ushort[] Registers { get; } = [0, 0x8583, 0x8000, 0x7FFF];

    /// <summary>Gets what the conversion of each input gives.</summary>
    public ushort[] Inputs { get; } = [0x0F00, 0x2260, 0x3E80, 0x1900];

    /// <summary>Gets or sets how the next transfers go; <see langword="null"/> for well.</summary>
    public Func<int, BusOutcome>? Fault { get; set; }

    /// <summary>Gets how many transfers there were.</summary>
    public int Transfers { get; private set; }

    /// <summary>Gets how often something was written.</summary>
    public int Writes { get; private set; }

    /// <inheritdoc/>
    public string Name => "1-0049";

    /// <summary>Lets time pass: what drivers wait with.</summary>
    public void Wait(TimeSpan time)
    {
        _left -= time;
        if ((Registers[1] & 0x8000) == 0 && _left <= TimeSpan.Zero)
        {
            var input = ((Registers[1] >> 12) & 7) - 4;
            Registers[0] = (ushort)(input < 0 ? 0 : isAds1115 ? Inputs[input] : Inputs[input] & 0xFFF0);
            Registers[1] |= 0x8000;
        }
    }

    /// <inheritdoc/>
    public BusOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (NextFault() is var outcome && outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        Writes++;
        var value = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        if (bytes[0] == 1 && (value & 0x8100) == 0x8100)
        {
            // It reads 0 while it converts.
            value &= 0x7FFF;
            _left = TimeSpan.FromSeconds(1.0 / (isAds1115 ? SlowRates : Rates)[(value >> 5) & 7]);
        }

        Registers[bytes[0]] = value;
        return outcome;
    }

    /// <inheritdoc/>
    public BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        if (NextFault() is var outcome && outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        for (var index = 0; index < into.Length; index++)
        {
            into[index] = (byte)(Registers[bytes[0] & 3] >> (index % 2 == 0 ? 8 : 0));
        }

        return outcome;
    }

    private BusOutcome NextFault()
    {
        var transfer = Transfers++;
        return Fault?.Invoke(transfer) ?? BusOutcome.Ok;
    }
}
