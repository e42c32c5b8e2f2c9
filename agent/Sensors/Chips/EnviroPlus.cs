using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Whether the board on a bus is an Enviro+, whose converter has a gas sensor at its inputs; and that sensor's
/// heater.</summary>
/// <remarks>
/// Source: the board's pinout. It has no EEPROM, so it is recognised by its three chips. A converter alone may be
/// anybody's. The heater stays on while the agent runs: the sensor needs ten minutes to be warm. <see cref="Look"/>
/// runs on the bus' thread, the rest on any.
/// </remarks>
/// <param name="place">Where the converter is: <c>1-0049</c>.</param>
/// <param name="parts">The chips.</param>
/// <param name="heater">The line that the heater is switched by.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told what the heater does.</param>
internal sealed partial class EnviroPlus(
    string place, IReadOnlyList<BoardPart> parts, IGpioLine heater, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The line of the heater, high for on.</summary>
    public const int HeaterLine = 24;

    private long? _looked;
    private DeviceOutcome? _told;
    private volatile bool _isDecided;
    private volatile bool _isPresent;
    private volatile bool _isHeated;

    /// <summary>Gets where the converter is: <c>1-0049</c>.</summary>
    public string Place => place;

    /// <summary>Gets a value indicating whether it has been looked for.</summary>
    public bool IsDecided => _isDecided;

    /// <summary>Gets a value indicating whether it is there.</summary>
    public bool IsPresent => _isPresent;

    /// <summary>Gets a value indicating whether its gas sensor is heated: a cold one measures nothing.</summary>
    public bool HasGas => _isPresent && _isHeated;

    /// <summary>Looks for it, and keeps the heater on.</summary>
    public void Look()
    {
        if (!_isPresent && (_looked is not { } looked || time.GetElapsedTime(looked) >= ChipSlot.SearchPeriod))
        {
            _looked = time.GetTimestamp();
            _isPresent = AreAllThere();
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

    private bool AreAllThere()
    {
        foreach (var part in parts)
        {
            if (!part.IsThere())
            {
                return false;
            }
        }

        return true;
    }

    private void Heat()
    {
        var outcome = heater.Write(true);

        // Who else has the line heats the sensor as well: there is nothing else that it is good for.
        _isHeated = outcome is DeviceOutcome.Ok or DeviceOutcome.Busy;
        if (_told == outcome)
        {
            return;
        }

        _told = outcome;
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
