using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>What the kernel knows of an address on an I2C bus.</summary>
/// <remarks>Source: Documentation/i2c/i2c-sysfs.rst. Two drivers of one chip spoil each other's measurements, and
/// I2C_RDWR does not look whether there is another.</remarks>
/// <param name="roots">Where sysfs is.</param>
/// <param name="bus">The bus' number.</param>
/// <param name="address">The address.</param>
internal sealed class KernelAddress(KernelRoots roots, int bus, byte address)
{
    private const int NameBytesMax = 64;

    private readonly byte[] _driver =
        Encoding.UTF8.GetBytes(roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}/driver") + '\0');

    /// <summary>Gets a value indicating whether a driver of the kernel has it at this moment: then it must be left
    /// alone. Allocates: nothing.</summary>
    public bool IsBound => FileStatus.TryRead(_driver, out _);

    /// <summary>Reads what the kernel calls the chip; <see langword="null"/> if it does not know any.</summary>
    public string? ReadChipName() =>
        KernelText.ReadFile(roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}/name"), NameBytesMax);
}
