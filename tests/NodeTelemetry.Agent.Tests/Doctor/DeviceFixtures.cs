using System.Globalization;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Doctor;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Agent.Tests.Doctor;

/// <summary>The devices of a fixture host: who may use them, and who is on its buses.</summary>
/// <remarks>A file cannot be given away by everybody, and its mode is that of the checkout. So the file <c>owners</c> has a
/// line of path, mode and number of the group for each device; others are root's, 0644. <c>i2c/BUS/ADDRESS</c> holds the
/// registers of a chip: a line of the first register and its bytes, in hexadecimal digits; of a converter, a line of a
/// register and its sixteen bits.</remarks>
internal sealed class DeviceFixtures(FixtureHost host, params int[] buses)
{
    private const ushort UsualMode = 0x1A4;

    public DoctorContext AddTo(DoctorContext context) => context with
    {
        ReadStatus = ReadStatus,
        I2cBuses = buses,
        Streams = (context.Streams.ParticlesPort, SoundCards.Enviro),
        Chips = [.. buses
            .Where(bus => context.HasDevice($"i2c-{bus}"))
            .SelectMany(bus => ChipSearch.Run(context.Roots, bus, address => Device(bus, address)))],
    };

    private static string[][] Words(string path) =>
        File.Exists(path)
            ? [.. File.ReadLines(path).Select(static line => line.Split(' ', 2))]
            : [];

    private FileStatus? ReadStatus(string path)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        var name = Path.GetRelativePath(host.Root, path);
        var words = Words(Path.Combine(host.Root, "owners")).SingleOrDefault(words => words[0] == name)?[1].Split(' ');
        return new FileStatus(
            0,
            0,
            1,
            0,
            words is null ? 0 : uint.Parse(words[1], CultureInfo.InvariantCulture),
            words is null ? UsualMode : Convert.ToUInt16(words[0], 8));
    }

    private II2cDevice Device(int bus, byte address)
    {
        var path = Path.Combine(host.Root, $"i2c/{bus}/{address:x2}");
        if (address == Ads1015.Model.Addresses[0] && File.Exists(path))
        {
            var converter = new SimulatedAds1015();
            foreach (var words in Words(path))
            {
                converter.Registers[Convert.ToByte(words[0], 16)] = Convert.ToUInt16(words[1], 16);
            }

            return converter;
        }

        var device = new SimulatedI2cDevice();
        if (!File.Exists(path))
        {
            device.Fault = static _ => BusOutcome.NoAnswer;
        }

        foreach (var words in Words(path))
        {
            device.Load(Convert.ToByte(words[0], 16), words[1]);
        }

        return device;
    }
}
