using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Finds a display by a few reads in sysfs; touches no device.</summary>
/// <param name="choice">The display to find.</param>
/// <param name="roots">The roots of /dev and sysfs.</param>
/// <param name="calls">The kernel.</param>
internal sealed class DisplayFinder(DisplayChoice choice, KernelRoots roots, IDeviceCalls calls)
{
    /// <summary>The driver's name for the matrix of a Sense HAT.</summary>
    public const string MatrixName = "RPi-Sense FB";

    /// <summary>The start of the product name in the EEPROM of any Sense HAT version.</summary>
    private const string SenseHatProduct = "Sense HAT";

    /// <summary>The SPI device (bus and chip select) of the Enviro's LCD.</summary>
    public const string LcdDevice = "spidev0.1";

    private const int ProductBytesMax = 128;

    /// <summary>Finds the display.</summary>
    /// <param name="snapshot">The newest sample: the Enviro has no EEPROM, but its chips identify it.</param>
    /// <param name="missing">What the configured display lacks, and what to do.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    public DetectedDisplay? Find(NodeSnapshot snapshot, out string? missing)
    {
        missing = null;
        var framebuffers = choice == DisplayChoice.None ? [] : Framebuffer.List(roots);
        DetectedDisplay? found = null;
        if (choice is DisplayChoice.Auto or DisplayChoice.SenseHat)
        {
            found = FindMatrix(framebuffers);
            missing = found is null && choice == DisplayChoice.SenseHat
                ? $"sense-hat: neither a framebuffer \"{MatrixName}\" nor "
                    + $"{roots.DevFile($"i2c-{LinuxI2cBus.HeaderBus}")} exists; add dtoverlay=rpi-sense to "
                    + "config.txt and reboot"
                : null;
        }

        if (found is null && choice is DisplayChoice.Auto or DisplayChoice.Enviro)
        {
            found = FindLcd(framebuffers, choice == DisplayChoice.Enviro || HasChipsOfEnviro(snapshot));
            missing = found is null && choice == DisplayChoice.Enviro
                ? $"enviro: {roots.DevFile(LcdDevice)} does not exist; add dtparam=spi=on and "
                    + "dtoverlay=spi0-2cs,no_miso to config.txt and reboot"
                : null;
        }

        return found;
    }

    /// <summary>Gets whether an EEPROM's product name is that of a Sense HAT.</summary>
    public static bool IsSenseHat(string? product) =>
        product?.StartsWith(SenseHatProduct, StringComparison.Ordinal) == true;

    /// <summary>Gets whether there may be an LCD that a hand wakes, so that the light sensor must measure proximity.
    /// Works before the chips have replied.</summary>
    public static bool WantsProximity(DisplayOptions options, KernelRoots roots) =>
        options is { DimAfter: not null, Choice: DisplayChoice.Auto or DisplayChoice.Enviro }
        && (File.Exists(roots.DevFile(LcdDevice)) || FindLcd(Framebuffer.List(roots)) is not null);

    private static Framebuffer? FindLcd(List<Framebuffer> framebuffers) =>
        framebuffers.Find(static one =>
            FramebufferPanel.Fits(one, DisplayModel.Enviro.Width, DisplayModel.Enviro.Height));

    private static bool HasChipsOfEnviro(NodeSnapshot snapshot) =>
        snapshot.Section(SensorsSection.Definition) is { } sensors
        && sensors.Find("bme280") is not null && sensors.Find("ltr559") is not null;

    private DetectedDisplay? FindMatrix(List<Framebuffer> framebuffers)
    {
        var model = DisplayModel.SenseHat;
        foreach (var framebuffer in framebuffers)
        {
            if (framebuffer.Name == MatrixName && FramebufferPanel.Fits(framebuffer, model.Width, model.Height))
            {
                return new DetectedDisplay(model, framebuffer.Path, () => new FramebufferPanel(framebuffer, calls));
            }
        }

        var bus = roots.DevFile($"i2c-{LinuxI2cBus.HeaderBus}");
        var isThere = choice == DisplayChoice.SenseHat
            || IsSenseHat(KernelText.ReadFile(roots.ProcFile("device-tree/hat/product"), ProductBytesMax));
        var isBound = new KernelAddress(roots, LinuxI2cBus.HeaderBus, SenseMatrixPanel.Address).IsBound;
        return isThere && !isBound && File.Exists(bus)
            ? new DetectedDisplay(model, bus, OpenMatrix)
            : null;
    }

    private SenseMatrixPanel OpenMatrix()
    {
        var bus = new LinuxI2cBus(roots, LinuxI2cBus.HeaderBus);
        return new SenseMatrixPanel(bus.Device(SenseMatrixPanel.Address), bus);
    }

    private DetectedDisplay? FindLcd(List<Framebuffer> framebuffers, bool isSure)
    {
        var model = DisplayModel.Enviro;
        if (FindLcd(framebuffers) is { } framebuffer)
        {
            return new DetectedDisplay(model, framebuffer.Path, () => new FramebufferPanel(framebuffer, calls));
        }

        var device = roots.DevFile(LcdDevice);
        return isSure && File.Exists(device)
            ? new DetectedDisplay(model, device, () => new St7735Panel(
                new LinuxSpiDevice(calls, device, St7735Panel.Hertz),
                new GpioLine(calls, roots.Dev, St7735Panel.DataLineNumber),
                new GpioLine(calls, roots.Dev, St7735Panel.LightLineNumber),
                Thread.Sleep))
            : null;
    }
}
