using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Looks for a display. Costs a few looks into sysfs, and touches no device.</summary>
/// <param name="choice">Which is wanted.</param>
/// <param name="roots">Where devices and sysfs are.</param>
/// <param name="calls">The kernel.</param>
internal sealed class DisplayFinder(DisplayChoice choice, KernelRoots roots, IDeviceCalls calls)
{
    /// <summary>What the driver calls the matrix of a Sense HAT.</summary>
    public const string MatrixName = "RPi-Sense FB";

    /// <summary>What the EEPROM of a Sense HAT says first, of whichever version.</summary>
    private const string SenseHatProduct = "Sense HAT";

    /// <summary>The chip select that the Enviro's LCD hangs on.</summary>
    public const string LcdDevice = "spidev0.1";

    private const int ProductBytesMax = 128;

    /// <summary>Looks.</summary>
    /// <param name="snapshot">The newest sample: no EEPROM tells of an Enviro, but its chips do.</param>
    /// <param name="missing">What is missing of the display that is wanted, and what to do.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    public FoundDisplay? Find(NodeSnapshot snapshot, out string? missing)
    {
        missing = null;
        var framebuffers = choice == DisplayChoice.None ? [] : Framebuffer.List(roots);
        FoundDisplay? found = null;
        if (choice is DisplayChoice.Auto or DisplayChoice.SenseHat)
        {
            found = FindMatrix(framebuffers);
            missing = found is null && choice == DisplayChoice.SenseHat
                ? $"sense-hat: neither a framebuffer \"{MatrixName}\" nor "
                    + $"{roots.DevFile($"i2c-{LinuxI2cBus.HeaderBus}")} is there; put dtoverlay=rpi-sense into "
                    + "config.txt and restart"
                : null;
        }

        if (found is null && choice is DisplayChoice.Auto or DisplayChoice.Enviro)
        {
            found = FindLcd(framebuffers, choice == DisplayChoice.Enviro || HasChipsOfEnviro(snapshot));
            missing = found is null && choice == DisplayChoice.Enviro
                ? $"enviro: there is no {roots.DevFile(LcdDevice)}; put dtparam=spi=on and "
                    + "dtoverlay=spi0-2cs,no_miso into config.txt and restart"
                : null;
        }

        return found;
    }

    /// <summary>Tells whether an EEPROM's product is a Sense HAT.</summary>
    public static bool IsSenseHat(string? product) =>
        product?.StartsWith(SenseHatProduct, StringComparison.Ordinal) == true;

    /// <summary>Tells whether an LCD that a hand wakes may be there, before the chips around it have answered: then the
    /// light sensor has to look for the hand.</summary>
    public static bool WantsProximity(DisplayOptions options, KernelRoots roots) =>
        options is { DimAfter: not null, Choice: DisplayChoice.Auto or DisplayChoice.Enviro }
        && (File.Exists(roots.DevFile(LcdDevice)) || FindLcd(Framebuffer.List(roots)) is not null);

    private static Framebuffer? FindLcd(List<Framebuffer> framebuffers) =>
        framebuffers.Find(static one =>
            FramebufferPanel.Fits(one, DisplayModel.Enviro.Width, DisplayModel.Enviro.Height));

    private static bool HasChipsOfEnviro(NodeSnapshot snapshot) =>
        snapshot.Section(SensorsSection.Definition) is { } sensors
        && sensors.Find("bme280") is not null && sensors.Find("ltr559") is not null;

    private FoundDisplay? FindMatrix(List<Framebuffer> framebuffers)
    {
        var model = DisplayModel.SenseHat;
        foreach (var framebuffer in framebuffers)
        {
            if (framebuffer.Name == MatrixName && FramebufferPanel.Fits(framebuffer, model.Width, model.Height))
            {
                return new FoundDisplay(model, framebuffer.Path, () => new FramebufferPanel(framebuffer, calls));
            }
        }

        var bus = roots.DevFile($"i2c-{LinuxI2cBus.HeaderBus}");
        var isThere = choice == DisplayChoice.SenseHat
            || IsSenseHat(KernelText.ReadFile(roots.ProcFile("device-tree/hat/product"), ProductBytesMax));
        var isBound = new KernelAddress(roots, LinuxI2cBus.HeaderBus, SenseMatrixPanel.Address).IsBound;
        return isThere && !isBound && File.Exists(bus)
            ? new FoundDisplay(model, bus, OpenMatrix)
            : null;
    }

    private SenseMatrixPanel OpenMatrix()
    {
        var bus = new LinuxI2cBus(roots, LinuxI2cBus.HeaderBus);
        return new SenseMatrixPanel(bus.Device(SenseMatrixPanel.Address), bus);
    }

    private FoundDisplay? FindLcd(List<Framebuffer> framebuffers, bool isSure)
    {
        var model = DisplayModel.Enviro;
        if (FindLcd(framebuffers) is { } framebuffer)
        {
            return new FoundDisplay(model, framebuffer.Path, () => new FramebufferPanel(framebuffer, calls));
        }

        var device = roots.DevFile(LcdDevice);
        return isSure && File.Exists(device)
            ? new FoundDisplay(model, device, () => new St7735Panel(
                new LinuxSpiDevice(calls, device, St7735Panel.Hertz),
                new GpioLine(calls, roots.Dev, St7735Panel.DataLineNumber),
                new GpioLine(calls, roots.Dev, St7735Panel.LightLineNumber),
                Thread.Sleep))
            : null;
    }
}
