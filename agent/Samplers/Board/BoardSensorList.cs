using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Collects the sensors of a board under unique names.</summary>
/// <param name="filter">Selects sensors by name.</param>
/// <param name="boxes">The threads for slow chips.</param>
/// <param name="time">The clock.</param>
internal sealed class BoardSensorList(NameFilter filter, TimeBoxes boxes, TimeProvider time)
{
    private readonly HashSet<string> _temperatureNames = [];
    private readonly HashSet<string> _fanNames = [];
    private readonly HashSet<string> _supplyNames = [];

    /// <summary>Gets the chips.</summary>
    public List<HwmonChip> Chips { get; } = [];

    /// <summary>Gets the temperatures.</summary>
    public List<BoardSensor> Temperatures { get; } = [];

    /// <summary>Gets the fans.</summary>
    public List<BoardSensor> Fans { get; } = [];

    /// <summary>Gets voltages, currents and powers.</summary>
    public List<BoardSensor> Supplies { get; } = [];

    /// <summary>Creates a chip, to be added after its sensors.</summary>
    public HwmonChip CreateChip(bool isSlow) => new(isSlow, boxes, time);

    /// <summary>Adds a chip, unless none of its sensors is selected.</summary>
    public void Add(HwmonChip chip)
    {
        if (!chip.IsEmpty)
        {
            Chips.Add(chip);
        }
    }

    /// <summary>Adds a temperature.</summary>
    public void AddTemperature(string name, HwmonChip chip, SensorInput input, SensorInput? critical, SpikeRule spikes)
    {
        var isRead = TryAdd(
            Temperatures,
            _temperatureNames,
            name,
            chip,
            critical is null
                ? [(TemperaturesSection.Celsius, input)]
                : [(TemperaturesSection.Celsius, input), (TemperaturesSection.CriticalCelsius, critical)],
            spikes);
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
    public void AddFan(string name, HwmonChip chip, params (FieldDefinition Field, SensorInput Input)[] inputs) =>
        AddWithInputs(Fans, _fanNames, name, chip, inputs);

    /// <summary>Adds a supply.</summary>
    public void AddSupply(string name, HwmonChip chip, params (FieldDefinition Field, SensorInput Input)[] inputs) =>
        AddWithInputs(Supplies, _supplyNames, name, chip, inputs);

    private void AddWithInputs(
        List<BoardSensor> list,
        HashSet<string> used,
        string name,
        HwmonChip chip,
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
        HwmonChip chip,
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
