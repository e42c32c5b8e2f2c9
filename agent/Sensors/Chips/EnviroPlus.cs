using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Detects an Enviro+, whose ADC has a gas sensor at its inputs, and switches that sensor's heater.</summary>
/// <remarks>
/// Source: the board's pinout. It has no EEPROM, so it is recognised by three chips;
/// an ADC alone may belong to another board. The heater stays on while the agent runs,
/// because the sensor needs ten minutes to warm up. <see cref="Refresh"/> runs on the bus thread;
/// the properties may be read on any thread.
/// </remarks>
/// <param name="place">The bus and address of the ADC, such as <c>1-0049</c>.</param>
/// <param name="parts">The chips by which the board is recognised.</param>
/// <param name="heater">The GPIO line of the heater.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs the state of the heater.</param>
internal sealed partial class EnviroPlus(
    string place, IReadOnlyList<BoardPart> parts, IGpioLine heater, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The GPIO line of the heater, active high.</summary>
    public const int HeaterLine = 24;

    private long? _probed;
    private DeviceOutcome? _logged;
    private volatile bool _isDecided;
    private volatile bool _isPresent;
    private volatile bool _isHeated;

    /// <summary>Gets the bus and address of the ADC, such as <c>1-0049</c>.</summary>
    public string Place => place;

    /// <summary>Gets a value indicating whether the first detection has finished.</summary>
    public bool IsDecided => _isDecided;

    /// <summary>Gets a value indicating whether the board is present.</summary>
    public bool IsPresent => _isPresent;

    /// <summary>Gets a value indicating whether the gas sensor is heated; a cold one measures nothing.</summary>
    public bool HasGas => _isPresent && _isHeated;

    /// <summary>Detects the board, and keeps the heater on.</summary>
    public void Refresh()
    {
        if (!_isPresent && (_probed is not { } probed || time.GetElapsedTime(probed) >= ChipModel.ProbePeriod))
        {
            _probed = time.GetTimestamp();
            _isPresent = AreAllPresent();
            _isDecided = true;
        }

        if (_isPresent)
        {
            Heat();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isHeated)
        {
            _ = heater.Write(false);
        }

        heater.Dispose();
    }

    private bool AreAllPresent()
    {
        foreach (var part in parts)
        {
            if (!part.IsPresent())
            {
                return false;
            }
        }

        return true;
    }

    private void Heat()
    {
        var outcome = heater.Write(true);

        // A program that holds the line heats the sensor too: the line has no other purpose.
        _isHeated = outcome is DeviceOutcome.Ok or DeviceOutcome.Busy;
        if (_logged == outcome)
        {
            return;
        }

        _logged = outcome;
        switch (outcome)
        {
            case DeviceOutcome.Ok:
                Log.Heated(logger, heater.Name);
                break;
            case DeviceOutcome.Busy:
                Log.HeatedByOther(logger, heater.Name);
                break;
            case DeviceOutcome.NotPermitted:
                Log.NotPermitted(logger, heater.Name);
                break;
            default:
                Log.NotHeated(logger, heater.Name, outcome);
                break;
        }
    }
}
