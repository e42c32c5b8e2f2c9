using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Demo;

/// <summary>A kind of board in clusters.</summary>
/// <param name="Model">As the device tree or DMI names it.</param>
/// <param name="Architecture">The agent's architecture.</param>
/// <param name="Cores">Cores.</param>
/// <param name="Megahertz">Highest frequency.</param>
/// <param name="MemoryBytes">Usable memory.</param>
/// <param name="IdleCelsius">Temperature at rest.</param>
/// <param name="HasTemperature">Whether it has a temperature sensor.</param>
/// <param name="OperatingSystem">The operating system.</param>
internal sealed record BoardKind(
    string Model,
    string Architecture,
    int Cores,
    double Megahertz,
    long MemoryBytes,
    double IdleCelsius,
    bool HasTemperature,
    string OperatingSystem)
{
    public static readonly BoardKind Pi5 = new(
        "Raspberry Pi 5 Model B Rev 1.0", "arm64", 4, 2400, 8L << 30, 46, true, "Debian GNU/Linux 12 (bookworm)");

    public static readonly BoardKind Pi4 = new(
        "Raspberry Pi 4 Model B Rev 1.4", "arm64", 4, 1800, 4L << 30, 44, true, "Debian GNU/Linux 12 (bookworm)");

    public static readonly BoardKind Zero2 = new(
        "Raspberry Pi Zero 2 W Rev 1.0", "arm64", 4, 1000, 416L << 20, 41, true, "Raspbian GNU/Linux 12 (bookworm)");

    public static readonly BoardKind Odroid = new(
        "Hardkernel Odroid HC1", "arm", 8, 2000, 2L << 30, 50, true, "Armbian 24.5 bookworm");

    public static readonly BoardKind Virtual = new(
        "KVM virtual machine", "x64", 2, 2500, 24L << 30, 0, false, "Debian GNU/Linux 12 (bookworm)");

    /// <summary>Gets the description of a node on this board.</summary>
    public AboutReading About(int address, Hat hat) => new()
    {
        Board = Model,
        Architecture = Architecture,
        OperatingSystem = OperatingSystem,
        Kernel = "6.6.51+rpt-rpi-v8",
        AgentVersion = "demo",
        CoreCount = Cores,
        Addresses = [$"10.77.0.{address}"],
        Hat = hat switch
        {
            Hat.EnviroPlus => "Enviro+",
            Hat.EnviroMini => "Enviro Mini",
            Hat.Sense => "Sense HAT",
            _ => null,
        },
    };
}
