using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The kernel's view of an address on an I2C bus.</summary>
/// <remarks>Source: Documentation/i2c/i2c-sysfs.rst. Two drivers of one chip corrupt each other's measurements,
/// and I2C_RDWR does not check for a kernel driver.</remarks>
/// <param name="roots">The roots of the file systems.</param>
/// <param name="bus">The number of the bus.</param>
/// <param name="address">The address.</param>
internal sealed class KernelAddress(KernelRoots roots, int bus, byte address)
{
    private const int NameBytesMax = 64;

    private readonly byte[] _driver =
        Encoding.UTF8.GetBytes(roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}/driver") + '\0');

    /// <summary>Gets a value indicating whether a kernel driver has bound the address; it must then be left alone.
    /// Allocates: nothing.</summary>
    public bool IsBound => FileStatus.TryRead(_driver, out _);

    /// <summary>Reads the kernel's name of the chip; <see langword="null"/> if it has none.</summary>
    public string? ReadChipName() =>
        KernelText.ReadFile(roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}/name"), NameBytesMax);
}
