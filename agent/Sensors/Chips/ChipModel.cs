using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Everything that is known about one chip model: how it is found, how it is read,
/// and which of its values are credible.</summary>
/// <remarks>Declared in the file of the chip's driver and registered in <see cref="ChipModels"/>.
/// Limits are the measuring ranges in the datasheet.</remarks>
internal sealed record ChipModel
{
    /// <summary>The default measurement period: measuring more often only heats the chip.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How often an address without a chip is probed: HATs are not hot-plugged, but cables come loose.
    /// </summary>
    public static readonly TimeSpan ProbePeriod = TimeSpan.FromSeconds(60);

    /// <summary>Gets the part number, sent as the entry's <c>chip</c>. The names of its kernel drivers start with it.
    /// </summary>
    public required string PartNumber { get; init; }

    /// <summary>Gets the I2C addresses that the chip can have, the usual one first.</summary>
    public byte[] Addresses { get; init; } = [];

    /// <summary>Gets the factory of the agent's own driver. <see langword="null"/>: only the kernel,
    /// or the driver of another model, reads this one.</summary>
    public Func<II2cDevice, ChipSetup, IChipDriver>? CreateDriver { get; init; }

    /// <summary>Gets the time after power-up until values are credible.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Gets the measuring ranges. A value outside them is discarded and counted.</summary>
    public (FieldDefinition Field, double Min, double Max)[] Limits { get; init; } = [];

    /// <summary>Gets the fields with single outliers, which are replaced by the median of the last three.</summary>
    public FieldDefinition[] Noisy { get; init; } = [];

    /// <summary>Gets a value indicating whether the chip sits above the CPU of a Raspberry Pi, on a HAT.</summary>
    public bool IsAboveCpu { get; init; }

    /// <summary>Gets a value indicating whether its IIO driver reports °C and % where the ABI requires thousandths.
    /// </summary>
    public bool KernelUnitsAreWhole { get; init; }

    /// <summary>Gets the correction of a value of its IIO driver, for drivers whose units depend on the kernel;
    /// <see langword="null"/> for those that follow the ABI.</summary>
    public Func<FieldDefinition, double, double>? CorrectKernelValue { get; init; }

    /// <summary>Gets the formula for the illuminance in lux, from the raw counts of both channels,
    /// the gain and the integration time in milliseconds. Set where the kernel's own result is wrong.</summary>
    public Func<double, double, double, double, double?>? KernelLux { get; init; }

    /// <summary>Returns whether a kernel driver's name, such as <c>lsm9ds1_magn</c>, is that of this model.</summary>
    public bool IsNamedBy(string kernelName) =>
        kernelName.StartsWith(PartNumber, StringComparison.OrdinalIgnoreCase)
        && (kernelName.Length == PartNumber.Length || !char.IsAsciiLetterOrDigit(kernelName[PartNumber.Length]));
}
