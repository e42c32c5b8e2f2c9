using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;


namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>The LED matrix of the Sense HAT by I2C, where no driver of the kernel has it.</summary>
/// <remarks>Source: rpisense-fb.c of the Raspberry Pi's kernel: eight rows, each of 8 red, 8 green and 8 blue values of
/// five bits, after the kernel's table for the eye.</remarks>
/// <param name="chip">The ATTINY88 at address 0x46.</param>
/// <param name="bus">Its bus, to be closed in the end.</param>
internal sealed class SenseMatrixPanel(II2cDevice chip, IDisposable? bus) : IPanel
{
    /// <summary>The chip's address.</summary>
    public const byte Address = 0x46;

    private const byte IdentityRegister = 0xF0;
    private const byte Identity = (byte)'s';
    private const int Size = 8;
    private const int RowBytes = 3 * Size;

    /// <summary>The first register, then the picture.</summary>
    private readonly byte[] _message = new byte[1 + (Size * RowBytes)];

    /// <summary>Gets what the kernel makes of each value, because light grows faster than the eye thinks.</summary>
    private static ReadOnlySpan<byte> Gamma =>
    [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x02, 0x03, 0x03, 0x04, 0x05, 0x06, 0x07,
        0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0E, 0x0F, 0x11, 0x12, 0x14, 0x15, 0x17, 0x19, 0x1B, 0x1D, 0x1F,
    ];

    /// <inheritdoc/>
    public string? Show(Canvas? picture)
    {
        // Whoever else sits at the address must not be written to.
        Span<byte> identity = stackalloc byte[1];
        var outcome = chip.WriteRead([IdentityRegister], identity);
        if (outcome == BusOutcome.Ok && identity[0] != Identity)
        {
            return $"{chip.Name}: another chip than the Sense HAT's answers";
        }

        Array.Clear(_message);
        for (var index = 0; picture is not null && index < Size * Size; index++)
        {
            var (y, x) = Math.DivRem(index, Size);
            var pixel = picture[x, y];
            var place = 1 + (y * RowBytes) + x;
            _message[place] = Gamma[pixel >> 11];
            _message[place + Size] = Gamma[(pixel >> 6) & 0x1F];
            _message[place + (2 * Size)] = Gamma[pixel & 0x1F];
        }

        outcome = outcome == BusOutcome.Ok ? chip.Write(_message) : outcome;
        return outcome switch
        {
            BusOutcome.Ok => null,
            BusOutcome.NoAnswer => $"{chip.Name}: nobody answers; sits the HAT well on the header?",
            _ => $"{chip.Name}: the bus does not work; is dtparam=i2c_arm=on in config.txt, "
                + "and the agent's user in the group i2c?",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Show(picture: null);
        bus?.Dispose();
    }
}
