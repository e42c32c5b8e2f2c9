using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>Assigns unique names to the entries of a chip.</summary>
/// <remarks>Allocates nothing once each entry has been seen.</remarks>
/// <param name="filter">Selects entries by name.</param>
/// <param name="place">The bus and address of the chip.</param>
/// <param name="used">The names in use on the bus, whether selected or not.</param>
internal sealed class EntryNames(NameFilter filter, string place, HashSet<string> used)
{
    private readonly List<(string Own, string Sent)> _names = [];

    /// <summary>Gets the name of an entry: the driver's name,
    /// with the address appended if another chip uses it.</summary>
    /// <param name="own">The driver's name.</param>
    /// <param name="section">The section of the entry.</param>
    /// <returns><see langword="null"/> if the entry is not selected.</returns>
    public string? Find(string own, SectionBuilder section)
    {
        var index = 0;
        while (index < _names.Count && _names[index].Own != own)
        {
            index++;
        }

        if (index == _names.Count)
        {
            _names.Add((own, used.Add(own) ? own : $"{own}-{place}"));
        }

        if (_names[index].Sent == own && section.HasEntry(own))
        {
            _names[index] = (own, $"{own}-{place}");
        }

        return filter.Decide(_names[index].Sent) == false ? null : _names[index].Sent;
    }
}
