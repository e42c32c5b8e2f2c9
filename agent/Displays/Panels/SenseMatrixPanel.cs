using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>The LED matrix of the Sense HAT by I2C, if no kernel driver is bound to it.</summary>
/// <remarks>Source: rpisense-fb.c of the Raspberry Pi kernel: eight rows, each of 8 red,
/// 8 green and 8 blue values of five bits, gamma-corrected by the kernel's table.</remarks>
/// <param name="chip">The ATTINY88 at address 0x46.</param>
/// <param name="bus">The bus to close on disposal.</param>
internal sealed class SenseMatrixPanel(II2cDevice chip, IDisposable? bus) : IPanel
{
    /// <summary>The chip's address.</summary>
    public const byte Address = 0x46;

    private const byte IdentityRegister = 0xF0;
    private const byte Identity = (byte)'s';
    private const int Size = 8;
    private const int RowBytes = 3 * Size;

    /// <summary>The register address, followed by the picture.</summary>
    private readonly byte[] _message = new byte[1 + (Size * RowBytes)];

    /// <summary>Gets the kernel's gamma table.</summary>
    private static ReadOnlySpan<byte> Gamma =>
    [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x02, 0x03, 0x03, 0x04, 0x05, 0x06, 0x07,
        0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0E, 0x0F, 0x11, 0x12, 0x14, 0x15, 0x17, 0x19, 0x1B, 0x1D, 0x1F,
    ];

    /// <inheritdoc/>
    public string? Show(Canvas? picture)
    {
        // Never write to a different chip at this address.
        Span<byte> identity = stackalloc byte[1];
        var outcome = chip.WriteRead([IdentityRegister], identity);
        if (outcome == BusOutcome.Ok && identity[0] != Identity)
        {
            return $"{chip.Name}: a different chip replies, not that of the Sense HAT";
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
            BusOutcome.NoAnswer => $"{chip.Name}: no reply; check that the HAT is seated on the header",
            _ => $"{chip.Name}: bus error; check that config.txt has dtparam=i2c_arm=on "
                + "and that the agent's user is in the group i2c",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Show(picture: null);
        bus?.Dispose();
    }
}
