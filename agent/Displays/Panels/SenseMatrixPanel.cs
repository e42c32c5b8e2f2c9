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
            var place = 1 + (y * RowBytes) + x;
            (_message[place], _message[place + Size], _message[place + (2 * Size)]) =
                MatrixLight.GetDuty(picture[x, y]);
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
