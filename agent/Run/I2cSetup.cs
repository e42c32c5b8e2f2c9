using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Chips;

namespace NodeTelemetry.Agent.Run;

/// <summary>Makes the sampler of an I2C bus, with all chips that may be on it.</summary>
internal static class I2cSetup
{
    /// <summary>Makes it.</summary>
    /// <param name="roots">Where devices and sysfs are.</param>
    /// <param name="number">The bus' number.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long a tick waits for them the first time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told what was found and lost.</param>
    /// <param name="measuresProximity">Whether a light sensor looks for a hand, too.</param>
    /// <returns>The sampler, and the board on the header's bus that may be an Enviro+.</returns>
    public static (I2cSampler Sampler, EnviroPlus? Board) Create(
        KernelRoots roots,
        int number,
        NameFilter filter,
        TimeSpan wait,
        TimeProvider time,
        ILogger logger,
        bool measuresProximity = false)
    {
        var bus = new LinuxI2cBus(roots, number);
        var board = number == LinuxI2cBus.HeaderBus ? MakeBoard(bus, roots, time, logger) : null;
        var setup = new ChipSetup(Thread.Sleep, measuresProximity, board);
        var slots = ChipModels.Addresses.Select(chip =>
        {
            var address = new KernelAddress(roots, number, chip.Address);
            return new ChipSlot(chip.Create(bus.Device(chip.Address), setup), () => address.IsBound, time, logger);
        });
        return (new I2cSampler(slots, bus, filter, wait, time, board), board);
    }

    private static EnviroPlus MakeBoard(LinuxI2cBus bus, KernelRoots roots, TimeProvider time, ILogger logger)
    {
        return new EnviroPlus(
            bus.Device(Ads1015.Model.Addresses[0]).Name,
            [
                CreatePart(Ads1015.Model, Ads1015.Ads1115Model),
                CreatePart(Bme280.Model),
                CreatePart(Ltr559.Model),
            ],
            new GpioLine(new LinuxDeviceCalls(), roots.Dev, EnviroPlus.HeaterLine),
            time,
            logger);

        BoardPart CreatePart(ChipModel model, params ChipModel[] variants)
        {
            var address = model.Addresses[0];
            return new BoardPart(
                model.CreateDriver!(bus.Device(address), new ChipSetup(Thread.Sleep)),
                new KernelAddress(roots, bus.Number, address),
                [model, .. variants]);
        }
    }
}
