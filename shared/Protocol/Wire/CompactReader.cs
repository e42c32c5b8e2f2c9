using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using Field = NodeTelemetry.Protocol.Wire.SnapshotDraft.Fields;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads in one pass what nearly every datagram is:
/// compact JSON with known keys in the order of the agent, and values within their ranges.</summary>
/// <remarks>
/// It accepts a part of what <see cref="SnapshotDecoder"/> accepts, with the same result, and refuses everything else:
/// the general reader then decides, and names the fault. Never throws, allocates nothing.
/// </remarks>
/// <param name="texts">Recurring texts.</param>
/// <param name="sections">Takes the values.</param>
internal sealed class CompactReader(TextCache texts, SectionReader sections)
{
    private static readonly Key[] Keys = CreateKeys();

    /// <summary>Reads a datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="draft">Takes the values of the header.</param>
    /// <returns><see langword="false"/> if the general reader must read it, from the beginning.</returns>
    public bool TryRead(ReadOnlySpan<byte> datagram, ref SnapshotDraft draft)
    {
        var text = new CompactText(datagram);
        if (!text.TrySkip((byte)'{'))
        {
            return false;
        }

        var expected = 0;
        do
        {
            while (expected < Keys.Length && !text.TrySkip(Keys[expected].Literal))
            {
                expected++;
            }

            if (expected == Keys.Length || !TryReadValue(ref text, Keys[expected++], ref draft))
            {
                return false;
            }
        }
        while (text.TrySkip((byte)','));
        return text.TrySkip((byte)'}') && text.IsAtEnd;
    }

    private static Key[] CreateKeys()
    {
        var keys = new List<Key> { new(Literal("hostname"), Field.Hostname, null, null) };
        AddSections(keys, precedesHeader: true);
        foreach (var (name, field) in new[]
        {
            ("v", Field.Version), ("node", Field.Node), ("boot", Field.Boot), ("run", Field.Run),
            ("seq", Field.Sequence), ("time", Field.Time), ("interval", Field.Interval), ("uptime", Field.Uptime),
            ("part", Field.Part), ("full", Field.Full),
        })
        {
            keys.Add(new Key(Literal(name), field, null, null));
        }

        AddSections(keys, precedesHeader: false);
        keys.Add(new Key(Literal("sig"), Field.Signature, null, null));
        return [.. keys];
    }

    private static void AddSections(List<Key> keys, bool precedesHeader)
    {
        foreach (var section in SectionCatalog.All)
        {
            if (section.PrecedesHeader != precedesHeader)
            {
                continue;
            }

            if (section.Layout != SectionLayout.Keys)
            {
                keys.Add(new Key(Literal(section.Key), Field.None, section, null));
                continue;
            }

            foreach (var field in section.WireFields)
            {
                keys.Add(new Key(field.WireLiteral, Field.None, section, field));
            }
        }
    }

    private static byte[] Literal(string name) => System.Text.Encoding.UTF8.GetBytes($"\"{name}\":");

    private bool TryReadValue(ref CompactText text, in Key key, ref SnapshotDraft draft)
    {
        if (key.Section is not { } section)
        {
            return draft.TryMark(key.Header) && TryReadHeader(ref text, key.Header, ref draft);
        }

        var builder = sections.Open(section, out var isFirst);
        return key.Field is { } field ? TryReadField(ref text, builder, field)
            : isFirst && section.Layout switch
            {
                SectionLayout.List => TryReadList(ref text, builder),
                SectionLayout.EntryList => TryReadEntryList(ref text, builder),
                _ => section.HasNamedEntries ? TryReadEntries(ref text, builder) : TryReadFields(ref text, builder),
            };
    }

    private bool TryReadHeader(ref CompactText text, Field field, ref SnapshotDraft draft)
    {
        ulong hex;
        long integer;
        switch (field)
        {
            case Field.Hostname:
                return TryReadText(ref text, WireLimits.HostnameBytesMax, out draft.Hostname);
            case Field.Version:
                return TryReadInteger(ref text, 1, int.MaxValue, out draft.Version);
            case Field.Node:
                return TryReadNode(ref text, out draft.Node);
            case Field.Boot:
                var hasBoot = TryReadHex(ref text, out hex);
                draft.Boot = (uint)hex;
                return hasBoot;
            case Field.Run:
                var hasRun = TryReadHex(ref text, out hex);
                draft.Run = (uint)hex;
                return hasRun;
            case Field.Sequence:
                return text.TryReadInteger(out draft.Sequence);
            case Field.Time:
                return text.TryReadInteger(out draft.Time) && draft.Time <= ReadingRanges.TimeMillisecondsMax;
            case Field.Interval:
                return TryReadInteger(
                    ref text, WireLimits.IntervalMillisecondsMin, WireLimits.IntervalMillisecondsMax,
                    out draft.Interval);
            case Field.Uptime:
                var hasUptime = text.TryReadInteger(out integer);
                draft.Uptime = integer;
                return hasUptime && integer <= ReadingRanges.UptimeSecondsMax;
            case Field.Part:
                return text.TrySkip((byte)'[')
                    && TryReadInteger(ref text, 0, WireLimits.PartCountMax - 1, out draft.PartIndex)
                    && text.TrySkip((byte)',')
                    && TryReadInteger(ref text, 2, WireLimits.PartCountMax, out draft.PartCount)
                    && text.TrySkip((byte)']') && draft.PartIndex < draft.PartCount;
            case Field.Full:
                return text.TryReadInteger(out draft.Full);
            default:
                return TryReadText(ref text, WireLimits.TextBytesMax, out draft.Signature);
        }
    }

    private static bool TryReadInteger(ref CompactText text, int min, int max, out int value)
    {
        var isRead = text.TryReadInteger(out var integer) && integer >= min && integer <= max;
        value = isRead ? (int)integer : 0;
        return isRead;
    }

    private static bool TryReadHex(ref CompactText text, out ulong value)
    {
        value = 0;
        return text.TryReadString(out var digits) && HexDigits.TryRead(digits, WireLimits.RunDigits, out value);
    }

    private bool TryReadNode(ref CompactText text, out string? node)
    {
        node = null;
        if (!text.TryReadString(out var digits) || !HexDigits.TryRead(digits, WireLimits.NodeDigits, out var value))
        {
            return false;
        }

        Span<byte> lowerCase = stackalloc byte[WireLimits.NodeDigits];
        HexDigits.Write(value, lowerCase);
        node = texts.Get(lowerCase);
        return true;
    }

    private bool TryReadText(ref CompactText text, int bytesMax, out string? value)
    {
        value = null;
        if (!text.TryReadString(out var bytes) || bytes.Length > bytesMax)
        {
            return false;
        }

        value = texts.Get(bytes);
        return true;
    }

    private static bool TryReadList(ref CompactText text, SectionBuilder builder)
    {
        var fields = builder.Definition.WireFields;
        for (var index = 0; index < fields.Count; index++)
        {
            if (!text.TrySkip(index == 0 ? (byte)'[' : (byte)',')
                || !TryReadNumber(ref text, builder, fields[index]))
            {
                return false;
            }
        }

        return text.TrySkip((byte)']');
    }

    private static bool TryReadEntryList(ref CompactText text, SectionBuilder builder)
    {
        var field = builder.Definition.WireFields[0];
        if (!text.TrySkip((byte)'['))
        {
            return false;
        }

        do
        {
            if (!builder.Begin(name: null) || !TryReadNumber(ref text, builder, field))
            {
                return false;
            }
        }
        while (text.TrySkip((byte)','));
        return text.TrySkip((byte)']');
    }

    private static bool TryReadNumber(ref CompactText text, SectionBuilder builder, FieldDefinition field)
    {
        if (!text.TryReadNumber(out var number)
            || (field.Unit == ReadingUnit.Ratio && !JsonValue.TryClampRatio(ref number)))
        {
            return false;
        }

        number *= field.Scale;
        if (!field.IsInRange(number))
        {
            return false;
        }

        builder.Put(field, number);
        return true;
    }

    private bool TryReadEntries(ref CompactText text, SectionBuilder builder)
    {
        if (!text.TrySkip((byte)'{'))
        {
            return false;
        }

        do
        {
            if (!TryReadText(ref text, WireLimits.EntryNameBytesMax, out var name) || name!.Length == 0
                || builder.HasEntry(name) || !text.TrySkip((byte)':') || !builder.Begin(name)
                || !TryReadFields(ref text, builder))
            {
                return false;
            }
        }
        while (text.TrySkip((byte)','));
        return text.TrySkip((byte)'}');
    }

    private bool TryReadFields(ref CompactText text, SectionBuilder builder)
    {
        if (!text.TrySkip((byte)'{'))
        {
            return false;
        }

        var fields = builder.Definition.WireFieldArray;
        var expected = 0;
        do
        {
            while (expected < fields.Length && !text.TrySkip(fields[expected].WireLiteral))
            {
                expected++;
            }

            if (expected == fields.Length || !TryReadField(ref text, builder, fields[expected++]))
            {
                return false;
            }
        }
        while (text.TrySkip((byte)','));
        return text.TrySkip((byte)'}');
    }

    private bool TryReadField(ref CompactText text, SectionBuilder builder, FieldDefinition field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                return TryReadText(ref text, WireLimits.TextBytesMax, out var value) && builder.Set(field, value);
            case FieldKind.Flag:
                return text.TryReadFlag(out var flag) && builder.Set(field, flag);
            default:
                return TryReadNumber(ref text, builder, field);
        }
    }

    /// <summary>A key of the datagram with quotes and colon: of the header, of a section,
    /// or of a field of a section whose fields are keys themselves.</summary>
    private readonly record struct Key(
        byte[] Literal, Field Header, SectionDefinition? Section, FieldDefinition? Field);
}
