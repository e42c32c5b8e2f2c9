using NodeTelemetry.Agent.Sensors;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>A chip that is 256 registers with a pointer: a write sets the pointer with its first byte and stores the
/// rest, a read goes on from there.</summary>
internal sealed class SimulatedI2cDevice : II2cDevice
{
    private readonly byte[] _registers = new byte[256];

    /// <summary>Gets or sets the bit of an address without which the pointer stays where it is; 0 for none.</summary>
    public byte BurstBit { get; set; }

    /// <summary>Gets or sets how the next transfers go; <see langword="null"/> for well.</summary>
    public Func<int, BusOutcome>? Fault { get; set; }

    /// <summary>Gets or sets what happens before a register is read.</summary>
    public Action<byte>? Reading { get; set; }

    /// <summary>Gets or sets what happens after a register was written.</summary>
    public Action<byte, byte>? Written { get; set; }

    /// <summary>Gets how many transfers there were.</summary>
    public int Transfers { get; private set; }

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <summary>Gets or sets a register.</summary>
    public byte this[byte register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>Fills registers from hexadecimal digits, with spaces between them or not.</summary>
    public SimulatedI2cDevice Load(byte from, string hex)
    {
        Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)).CopyTo(_registers, from);
        return this;
    }

    /// <inheritdoc/>
    public BusOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (NextFault() is var outcome && outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        // Pairs of register and value, which is also what one register and one value are.
        for (var index = 0; index + 1 < bytes.Length; index += 2)
        {
            _registers[bytes[index]] = bytes[index + 1];
            Written?.Invoke(bytes[index], bytes[index + 1]);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        if (NextFault() is var outcome && outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        var isBurst = BurstBit == 0 || (bytes[0] & BurstBit) != 0;
        var register = (byte)(bytes[0] & ~BurstBit);
        for (var index = 0; index < into.Length; index++)
        {
            Reading?.Invoke(register);
            into[index] = _registers[register];
            register += (byte)(isBurst ? 1 : 0);
        }

        return outcome;
    }

    private BusOutcome NextFault() => Fault?.Invoke(Transfers++) ?? Count();

    private BusOutcome Count()
    {
        Transfers++;
        return BusOutcome.Ok;
    }
}
