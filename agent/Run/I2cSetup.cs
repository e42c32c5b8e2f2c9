using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Chips;

namespace NodeTelemetry.Agent.Run;

/// <summary>Creates the sampler of an I2C bus, with all supported chips.</summary>
internal static class I2cSetup
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="roots">The root directories.</param>
    /// <param name="number">The number of the bus.</param>
    /// <param name="filter">The sensors to read.</param>
    /// <param name="wait">How long the first tick waits for a chip.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="measuresProximity">Whether a light sensor also measures proximity.</param>
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
        var board = number == LinuxI2cBus.HeaderBus ? CreateBoard(bus, roots, time, logger) : null;
        var setup = new ChipSetup(Thread.Sleep, measuresProximity, board);
        var slots = ChipModels.Addresses.Select(chip =>
        {
            var address = new KernelAddress(roots, number, chip.Address);
            return new ChipSlot(chip.Create(bus.Device(chip.Address), setup), () => address.IsBound, time, logger);
        });
        return (new I2cSampler(slots, bus, filter, wait, time, board), board);
    }

    private static EnviroPlus CreateBoard(LinuxI2cBus bus, KernelRoots roots, TimeProvider time, ILogger logger)
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
