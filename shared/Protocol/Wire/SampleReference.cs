using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>The last full sample of a run: what the reduced samples after it need not repeat.</summary>
/// <remarks>Reuses its buffers: allocates nothing once they have grown. Not thread-safe.</remarks>
public sealed class SampleReference
{
    /// <summary>The slots of <see cref="WireLimits.SlowPeriod"/>.
    /// The slow readings of a section are due in one of them, so that they do not all come at once.</summary>
    public const int SlotCount = 10;

    /// <summary>All slots, as bits.</summary>
    public const int AllSlots = (1 << SlotCount) - 1;

    /// <summary>Differs from every value of a sample, and is no absent one either.</summary>
    private const double Sent = double.NegativeInfinity;

    private readonly SectionReading?[] _sections = new SectionReading?[SectionCatalog.All.Count];
    private readonly double[][] _numbers = new double[SectionCatalog.All.Count][];

    /// <summary>Gets the number of the full sample; <see langword="null"/> before the first.</summary>
    public long? Sequence { get; private set; }

    /// <summary>Replaces the full sample.</summary>
    public void Set(NodeSnapshot full)
    {
        ArgumentNullException.ThrowIfNull(full);
        Array.Clear(_sections, 0, _sections.Length);
        Sequence = full.Header?.Sequence;
        for (var place = 0; place < full.Sections.Count; place++)
        {
            var section = full.Sections[place];
            var index = SectionCatalog.IndexOf(section.Definition);
            _sections[index] = section;
            if (!(_numbers[index]?.Length >= section.Numbers.Length))
            {
                _numbers[index] = new double[section.Numbers.Length];
            }

            section.Numbers.CopyTo(_numbers[index]);
        }
    }

    /// <summary>Determines whether a sample has everything that this one has:
    /// a reduced sample cannot express that something has disappeared.</summary>
    public bool IsCoveredBy(NodeSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var next = 0;
        for (var index = 0; index < _sections.Length; index++)
        {
            if (_sections[index] is not { } known || known.Definition.PrecedesHeader)
            {
                continue;
            }

            // Both are in the order of the catalogue.
            while (next < snapshot.Sections.Count
                && SectionCatalog.IndexOf(snapshot.Sections[next].Definition) < index)
            {
                next++;
            }

            if (next == snapshot.Sections.Count || snapshot.Sections[next].Definition != known.Definition
                || !IsCovered(known, _numbers[index], snapshot.Sections[next]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gets the number of the slot at a time since the full sample.</summary>
    public static long GetSlot(TimeSpan sinceFull) => sinceFull.Ticks / (WireLimits.SlowPeriod.Ticks / SlotCount);

    /// <summary>Gets the slots after one up to another, as bits.</summary>
    public static int GetSlots(long after, long upTo)
    {
        var slots = 0;
        for (var slot = Math.Max(after + 1, upTo - SlotCount + 1); slot <= upTo; slot++)
        {
            slots |= 1 << (int)(slot % SlotCount);
        }

        return slots;
    }

    /// <summary>Determines whether the slow readings of a section are due in some slots.</summary>
    internal static bool IsSlowDue(SectionDefinition section, int slots) =>
        !section.IsSlowInFullOnly && ((slots >> (SectionCatalog.IndexOf(section) % SlotCount)) & 1) != 0;

    /// <summary>Finds the entry of the same name.</summary>
    /// <returns>Its index; −1 if the full sample has none.</returns>
    internal int FindEntry(SectionReading section, int entry) =>
        _sections[SectionCatalog.IndexOf(section.Definition)] is { } known ? Find(known, section, entry) : -1;

    /// <summary>Determines whether a reduced sample has a field.</summary>
    /// <param name="section">The section of the sample.</param>
    /// <param name="entry">The entry in it.</param>
    /// <param name="known">The entry in the full sample.</param>
    /// <param name="field">The field.</param>
    /// <param name="isWithSlow">Whether its slow readings are due. Once one was sent, it is sent whenever they are due,
    /// so that a receiver can keep the last value that it has.</param>
    internal bool IsChanged(SectionReading section, int entry, int known, FieldDefinition field, bool isWithSlow)
    {
        if (field.IsSlow && !isWithSlow)
        {
            return false;
        }

        var definition = section.Definition;
        var index = SectionCatalog.IndexOf(definition);
        if (field.Kind == FieldKind.Text)
        {
            return section.Text(entry, field) != _sections[index]!.Text(known, field);
        }

        var now = section.Numbers[(entry * definition.NumberCount) + field.Slot];
        ref var before = ref _numbers[index][(known * definition.NumberCount) + field.Slot];
        if (double.IsNaN(now) || IsSameOnWire(field, now, before))
        {
            return false;
        }

        before = field.IsSlow ? Sent : before;
        return true;
    }

    private static bool IsSameOnWire(FieldDefinition field, double now, double before) =>
        now.Equals(before)
        || (!field.IsExact && field.Kind != FieldKind.Flag
            && Math.Round(now / field.Scale, field.Decimals).Equals(Math.Round(before / field.Scale, field.Decimals)));

    private static bool IsCovered(SectionReading known, double[] numbers, SectionReading section)
    {
        var count = known.Definition.NumberCount;
        for (var entry = 0; entry < known.EntryCount; entry++)
        {
            var place = Find(section, known, entry);
            if (place < 0)
            {
                return false;
            }

            for (var slot = 0; slot < count; slot++)
            {
                if (double.IsNaN(section.Numbers[(place * count) + slot])
                    && !double.IsNaN(numbers[(entry * count) + slot]))
                {
                    return false;
                }
            }

            for (var text = 0; text < known.Definition.TextCount; text++)
            {
                if (known.Text(entry, known.Definition.Texts[text]) is not null
                    && section.Text(place, known.Definition.Texts[text]) is null)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Finds an entry of <paramref name="of"/> in <paramref name="section"/>,
    /// first at the same place.</summary>
    private static int Find(SectionReading section, SectionReading of, int entry)
    {
        if (!section.Definition.HasNamedEntries)
        {
            return entry < section.EntryCount ? entry : -1;
        }

        var name = of.Name(entry);
        if (entry < section.EntryCount && section.Name(entry) == name)
        {
            return entry;
        }

        for (var place = 0; place < section.EntryCount; place++)
        {
            if (section.Name(place) == name)
            {
                return place;
            }
        }

        return -1;
    }
}
