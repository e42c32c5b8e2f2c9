using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>One entry: a temperature, a fan or a supply, with its inputs.</summary>
/// <param name="Name">The name of the entry.</param>
/// <param name="Chip">The chip of the inputs.</param>
/// <param name="Inputs">The inputs and the fields that they fill.</param>
/// <param name="Spikes">The spike rule of a temperature; otherwise <see langword="null"/>.</param>
internal sealed record BoardSensor(
    string Name, HwmonChip Chip, (FieldDefinition Field, SensorInput Input)[] Inputs, SpikeRule? Spikes)
{
    /// <summary>Gets or sets the time of the last spike check.</summary>
    public long? SpikeChecked { get; set; }

    /// <summary>Gets or sets the reading of the chip that was checked last.</summary>
    public int SpikeReading { get; set; }

    /// <summary>Gets or sets a value indicating whether the value of that reading is a suspect spike.</summary>
    public bool IsSpike { get; set; }

    /// <summary>Gets a value indicating whether there is a current value.</summary>
    public bool HasValue
    {
        get
        {
            // The first input of a temperature is the temperature; of a supply any input suffices.
            foreach (var (_, input) in Inputs)
            {
                if (input.Value is not null)
                {
                    return !Chip.IsOutdated;
                }
                else if (Spikes is not null)
                {
                    return false;
                }
            }

            return false;
        }
    }
}
