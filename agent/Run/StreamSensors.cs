using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Streams;

namespace NodeTelemetry.Agent.Run;

/// <summary>Creates the samplers of sensors that send continuously.</summary>
internal static class StreamSensors
{
    /// <summary>GPIO lines of the PMS5003's SET and RESET on an Enviro+.</summary>
    private const int EnableLine = 22;
    private const int ResetLine = 27;

    /// <summary>On a Pi 5 <c>serial0</c> is the connector between the HDMI sockets.</summary>
    private const string DebugPort = "ttyAMA10";
    private const string HeaderPort = "ttyAMA0";

    /// <summary>Creates those that are configured, and those of an Enviro where there is a device tree.</summary>
    /// <param name="options">All options.</param>
    /// <param name="boards">The boards on the header's buses.</param>
    /// <param name="wait">How long the first tick waits for a slow sensor.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public static IEnumerable<ISampler> Create(
        AgentOptions options,
        IReadOnlyList<EnviroPlus?> boards,
        TimeSpan wait,
        TimeProvider time,
        ILogger logger)
    {
        var settings = options.StreamSensors;
        var filter = options.Selection.Sensors;
        var isBoard = File.Exists(options.Roots.ProcFile("device-tree/model"));
        if (settings.ParticlesPort is { } port && (isBoard || port != StreamSensorSettings.Auto))
        {
            // It takes a minute, so no tick waits for it.
            var counter = CreateParticleCounter(options.Roots, boards, port, time);
            yield return new StreamSampler(counter, filter, wait: null, time, logger);
        }

        if (settings.Microphone is { } card && (isBoard || card != StreamSensorSettings.Auto))
        {
            card = GetCard(card);
            var microphone = new Microphone(
                () => SoundCards.Find(options.Roots, card),
                card,
                settings.MicrophoneCalibrationDecibels,
                new LinuxDeviceCalls());
            yield return new StreamSampler(microphone, filter, wait, time, logger);
        }
    }

    /// <summary>Gets the name of the configured sound card.</summary>
    public static string GetCard(string card) => card == StreamSensorSettings.Auto ? SoundCards.Enviro : card;

    /// <summary>Gets the path of the configured serial port.</summary>
    public static string GetPort(KernelRoots roots, string port) =>
        port == StreamSensorSettings.Auto ? FindHeaderPort(roots) : port;

    /// <summary>Finds the serial port of the header.</summary>
    /// <remarks>Source: the Raspberry Pi documentation of its UARTs. <c>serial0</c> is the header's port, the mini UART
    /// or, without Bluetooth, the PL011; but not on a Pi 5.</remarks>
    public static string FindHeaderPort(KernelRoots roots)
    {
        var primary = new FileInfo(roots.DevFile("serial0"));
        return Path.GetFileName(primary.LinkTarget) is null or DebugPort
            ? roots.DevFile(HeaderPort)
            : primary.FullName;
    }

    private static Pms5003 CreateParticleCounter(
        KernelRoots roots, IReadOnlyList<EnviroPlus?> boards, string port, TimeProvider time)
    {
        var path = GetPort(roots, port);
        var calls = new LinuxDeviceCalls();
        return new Pms5003(
            new SerialPort(calls, path),
            new GpioLine(calls, roots.Dev, EnableLine),
            new GpioLine(calls, roots.Dev, ResetLine),
            () => IsAny(boards),
            port != StreamSensorSettings.Auto,
            () => ConsolePorts.Contain(roots, path),
            Thread.Sleep,
            time);
    }

    private static bool IsAny(IReadOnlyList<EnviroPlus?> boards)
    {
        foreach (var board in boards)
        {
            if (board is { IsPresent: true })
            {
                return true;
            }
        }

        return false;
    }
}
