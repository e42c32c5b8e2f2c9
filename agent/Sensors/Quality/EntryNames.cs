using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The names that a chip's entries are sent under.</summary>
/// <remarks>Allocates: nothing once each entry has been seen.</remarks>
/// <param name="filter">Which are sent.</param>
/// <param name="place">Where the chip is, as the kernel writes it.</param>
/// <param name="used">The names of all chips that are read together, whether they are sent or not.</param>
internal sealed class EntryNames(NameFilter filter, string place, HashSet<string> used)
{
    private readonly List<(string Own, string Sent)> _names = [];

    /// <summary>Gets the name of an entry: its own or, once another chip of the kind was there before it, with its
    /// place after it.</summary>
    /// <param name="own">What the driver calls it.</param>
    /// <param name="section">Where it is sent.</param>
    /// <returns><see langword="null"/> if it is not to be sent.</returns>
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
