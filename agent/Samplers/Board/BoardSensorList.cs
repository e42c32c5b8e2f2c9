using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Collects the sensors of a board and gives each a name of its own.</summary>
/// <param name="filter">Which are read.</param>
internal sealed class BoardSensorList(NameFilter filter)
{
    private readonly HashSet<string> _temperatureNames = [];
    private readonly HashSet<string> _fanNames = [];
    private readonly HashSet<string> _supplyNames = [];

    /// <summary>Gets the chips.</summary>
    public List<SensorChip> Chips { get; } = [];

    /// <summary>Gets the temperatures.</summary>
    public List<BoardSensor> Temperatures { get; } = [];

    /// <summary>Gets the fans.</summary>
    public List<BoardSensor> Fans { get; } = [];

    /// <summary>Gets voltages, currents and powers.</summary>
    public List<BoardSensor> Supplies { get; } = [];

    /// <summary>Adds a chip, after its sensors.</summary>
    public void Add(SensorChip chip)
    {
        if (!chip.IsEmpty)
        {
            Chips.Add(chip);
        }
    }

    /// <summary>Adds a temperature.</summary>
    public void AddTemperature(string name, SensorChip chip, SensorInput input, SensorInput? critical, bool isDie)
    {
        var isRead = TryAdd(
            Temperatures,
            _temperatureNames,
            name,
            chip,
            critical is null
                ? [(TemperaturesSection.Celsius, input)]
                : [(TemperaturesSection.Celsius, input), (TemperaturesSection.CriticalCelsius, critical)],
            new SpikeRule(isDie));
        if (isRead)
        {
            chip.AddInput(input);
            if (critical is not null)
            {
                chip.AddLimit(critical);
            }
        }
    }

    /// <summary>Adds a fan.</summary>
    public void AddFan(string name, SensorChip chip, params (FieldDefinition Field, SensorInput Input)[] inputs) =>
        AddWithInputs(Fans, _fanNames, name, chip, inputs);

    /// <summary>Adds a supply.</summary>
    public void AddSupply(string name, SensorChip chip, params (FieldDefinition Field, SensorInput Input)[] inputs) =>
        AddWithInputs(Supplies, _supplyNames, name, chip, inputs);

    private void AddWithInputs(
        List<BoardSensor> list,
        HashSet<string> used,
        string name,
        SensorChip chip,
        (FieldDefinition Field, SensorInput Input)[] inputs)
    {
        if (TryAdd(list, used, name, chip, inputs, spikes: null))
        {
            foreach (var (_, input) in inputs)
            {
                chip.AddInput(input);
            }
        }
    }

    private bool TryAdd(
        List<BoardSensor> list,
        HashSet<string> used,
        string name,
        SensorChip chip,
        (FieldDefinition Field, SensorInput Input)[] inputs,
        SpikeRule? spikes)
    {
        var unused = SensorNames.Unused(name, used);
        if (filter.Decide(unused) == false)
        {
            return false;
        }

        list.Add(new BoardSensor(unused, chip, inputs, spikes));
        return true;
    }
}
