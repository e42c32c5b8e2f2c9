using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>What is sent under one name: a temperature, a fan or a supply, with the inputs that it is made
/// of.</summary>
/// <param name="Name">The name.</param>
/// <param name="Chip">Where the inputs belong to.</param>
/// <param name="Inputs">The inputs and the fields that they fill.</param>
/// <param name="Spikes">The rule for temperatures; <see langword="null"/> for others.</param>
internal sealed record BoardSensor(
    string Name, SensorChip Chip, (FieldDefinition Field, SensorInput Input)[] Inputs, SpikeRule? Spikes)
{
    /// <summary>Gets or sets when it was judged last.</summary>
    public long? Judged { get; set; }

    /// <summary>Gets a value indicating whether it has any value at the moment.</summary>
    public bool HasValue
    {
        get
        {
            // The first is what is measured, such as the temperature; of supplies any will do.
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
