using NodeTelemetry.Agent.Devices;


namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>A chip that is 256 registers with a pointer: a write sets the pointer with its first byte and stores the
/// rest, a read goes on from there. What a kind of chip does beside that is in <see cref="SimulatedChips"/>.</summary>
internal sealed class SimulatedI2cDevice : II2cDevice
{
    private readonly byte[] _registers = new byte[256];

    /// <summary>Gets or sets which register an address byte means, and whether the pointer then goes on by itself.
    /// </summary>
    public Func<byte, (byte Register, bool GoesOn)> Address { get; set; } = static address => (address, true);

    /// <summary>Sets the bit of an address without which the pointer stays where it is.</summary>
    public byte BurstBit
    {
        set => Address = address => ((byte)(address & ~value), (address & value) != 0);
    }

    /// <summary>Gets or sets a value indicating whether a write is pairs of register and value.</summary>
    public bool WritesPairs { get; set; }

    /// <summary>Gets or sets how the next transfers go; <see langword="null"/> for well.</summary>
    public Func<int, BusOutcome>? Fault { get; set; }

    /// <summary>Gets or sets what happens before a register is read.</summary>
    public Action<byte>? Reading { get; set; }

    /// <summary>Gets or sets what happens after a register was read.</summary>
    public Action<byte>? WasRead { get; set; }

    /// <summary>Gets or sets what happens after a register was written.</summary>
    public Action<byte, byte>? Written { get; set; }

    /// <summary>Gets or sets what happens during a wait.</summary>
    public Action? Elapsed { get; set; }

    /// <summary>Gets or sets what the registers are when power comes.</summary>
    public Action? PowerUp { get; set; }

    /// <summary>Gets how many transfers there were.</summary>
    public int Transfers { get; private set; }

    /// <inheritdoc/>
    public string Name { get; init; } = "1-0001";

    /// <summary>Gets or sets a register.</summary>
    public byte this[byte register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>Fills registers from hexadecimal digits, with spaces between them or not.</summary>
    public SimulatedI2cDevice Load(byte from, string hex) => Load(from, SensorVectors.Bytes(hex));

    /// <summary>Fills registers.</summary>
    public SimulatedI2cDevice Load(byte from, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_registers.AsSpan(from));
        return this;
    }

    /// <summary>Takes the power away for a moment.</summary>
    public SimulatedI2cDevice PowerCycle()
    {
        Array.Clear(_registers);
        PowerUp?.Invoke();
        return this;
    }

    /// <summary>Lets time pass: what drivers wait with.</summary>
    public void Wait(TimeSpan time) => Elapsed?.Invoke();

    /// <inheritdoc/>
    public BusOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (NextFault() is var outcome && outcome != BusOutcome.Ok)
        {
            return outcome;
        }

        var (register, goesOn) = Address(bytes[0]);
        for (var index = 1; index < bytes.Length; index++)
        {
            _registers[register] = bytes[index];
            Written?.Invoke(register, bytes[index]);
            if (WritesPairs)
            {
                index++;
                register = index < bytes.Length ? bytes[index] : register;
            }
            else
            {
                register += (byte)(goesOn ? 1 : 0);
            }
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

        var (register, goesOn) = Address(bytes[0]);
        for (var index = 0; index < into.Length; index++)
        {
            Reading?.Invoke(register);
            into[index] = _registers[register];
            WasRead?.Invoke(register);
            register += (byte)(goesOn ? 1 : 0);
        }

        return outcome;
    }

    private BusOutcome NextFault()
    {
        var transfer = Transfers++;
        return Fault?.Invoke(transfer) ?? BusOutcome.Ok;
    }
}
