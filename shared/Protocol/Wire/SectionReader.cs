using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads the sections of <see cref="SectionCatalog"/>.
/// Never throws; allocates nothing until <see cref="Build"/>.</summary>
internal sealed class SectionReader
{
    private static readonly Key[] Keys = CreateKeys();

    private readonly TextCache _texts;
    private readonly SectionBuilder[] _builders =
        Array.ConvertAll([.. SectionCatalog.All], static section => new SectionBuilder(section));

    private readonly bool[] _isSeen = new bool[SectionCatalog.All.Count];
    private int _expected;

    /// <summary>Initializes a new instance of the <see cref="SectionReader"/> class.</summary>
    public SectionReader(TextCache texts) => _texts = texts;

    /// <summary>Prepares for the next datagram.</summary>
    public void Reset()
    {
        Array.Clear(_isSeen);
        _expected = 0;
    }

    /// <summary>Gets the builder of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="isFirst">Whether it is the first time in this datagram; the builder is empty then.</param>
    public SectionBuilder Open(SectionDefinition section, out bool isFirst)
    {
        var index = SectionCatalog.IndexOf(section);
        isFirst = !_isSeen[index];
        if (isFirst)
        {
            _isSeen[index] = true;
            _builders[index].Clear();
        }

        return _builders[index];
    }

    /// <summary>Reads the value of the key that the reader is at, or skips it if the key is unknown.</summary>
    public DecodeError ReadOrSkip(ref Utf8JsonReader reader)
    {
        var found = reader.ValueIsEscaped ? -1 : Find(reader.ValueSpan);
        reader.Read();
        if (found < 0)
        {
            reader.Skip();
            return DecodeError.None;
        }

        _expected = found + 1;
        var (_, section, field) = Keys[found];
        var builder = Open(section, out var isFirst);
        if (field is not null)
        {
            return builder.Has(field) ? DecodeError.DuplicateField : ReadField(ref reader, builder, field);
        }

        return !isFirst ? DecodeError.DuplicateField : section.Layout switch
        {
            SectionLayout.List => ReadList(ref reader, builder),
            SectionLayout.EntryList => ReadEntryList(ref reader, builder),
            _ when reader.TokenType != JsonTokenType.StartObject => DecodeError.WrongType,
            _ => section.HasNamedEntries ? ReadEntries(ref reader, builder) : ReadFields(ref reader, builder),
        };
    }

    /// <summary>Creates the readings.</summary>
    public IReadOnlyList<SectionReading> Build()
    {
        var count = 0;
        for (var index = 0; index < _builders.Length; index++)
        {
            count += _isSeen[index] && _builders[index].EntryCount > 0 ? 1 : 0;
        }

        if (count == 0)
        {
            return [];
        }

        var readings = new SectionReading[count];
        for (var index = _builders.Length - 1; index >= 0; index--)
        {
            if (_isSeen[index] && _builders[index].Build() is { } reading)
            {
                readings[--count] = reading;
            }
        }

        return readings;
    }

    private static Key[] CreateKeys()
    {
        var keys = new List<Key>();
        foreach (var section in SectionCatalog.All)
        {
            if (section.Layout != SectionLayout.Keys)
            {
                keys.Add(new Key(section.KeyBytes, section, null));
                continue;
            }

            foreach (var field in section.WireFields)
            {
                keys.Add(new Key(field.WireBytes, section, field));
            }
        }

        return [.. keys];
    }

    /// <summary>Finds a key, trying the expected one first: senders keep the order.</summary>
    /// <returns>Its index; −1 if it is unknown.</returns>
    private int Find(ReadOnlySpan<byte> name)
    {
        for (var offset = 0; offset < Keys.Length; offset++)
        {
            var index = (_expected + offset) % Keys.Length;
            if (name.SequenceEqual(Keys[index].Name))
            {
                return index;
            }
        }

        return -1;
    }

    private static DecodeError ReadList(ref Utf8JsonReader reader, SectionBuilder builder)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return DecodeError.WrongType;
        }

        var fields = builder.Definition.WireFields;
        for (var index = 0; index < fields.Count; index++)
        {
            reader.Read();
            var error = reader.TokenType == JsonTokenType.EndArray
                ? DecodeError.MissingField
                : ReadNumber(ref reader, builder, fields[index]);
            if (error != DecodeError.None)
            {
                return error;
            }
        }

        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? DecodeError.None : DecodeError.TooManyItems;
    }

    private static DecodeError ReadEntryList(ref Utf8JsonReader reader, SectionBuilder builder)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return DecodeError.WrongType;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var error = builder.Begin(name: null)
                ? ReadNumber(ref reader, builder, builder.Definition.WireFields[0])
                : DecodeError.TooManyItems;
            if (error != DecodeError.None)
            {
                return error;
            }
        }

        return DecodeError.None;
    }

    private static DecodeError ReadNumber(ref Utf8JsonReader reader, SectionBuilder builder, FieldDefinition field)
    {
        var error = field.Unit == ReadingUnit.Ratio
            ? JsonValue.Ratio(ref reader, out var number)
            : JsonValue.Number(ref reader, out number);
        return error == DecodeError.None && !builder.Set(field, number * field.Scale) ? DecodeError.OutOfRange : error;
    }

    private DecodeError ReadEntries(ref Utf8JsonReader reader, SectionBuilder builder)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var error = _texts.Read(ref reader, WireLimits.EntryNameBytesMax, out var name);
            if (error != DecodeError.None)
            {
                return error;
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return DecodeError.WrongType;
            }

            if (builder.HasEntry(name))
            {
                return DecodeError.DuplicateField;
            }

            if (!builder.Begin(name))
            {
                return name.Length == 0 ? DecodeError.OutOfRange : DecodeError.TooManyItems;
            }

            error = ReadFields(ref reader, builder);
            if (error != DecodeError.None)
            {
                return error;
            }
        }

        return DecodeError.None;
    }

    private DecodeError ReadFields(ref Utf8JsonReader reader, SectionBuilder builder)
    {
        var expected = 0;
        var members = 0;
        var numbersMax = builder.Definition.NumbersMax;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueIsEscaped
                ? null
                : builder.Definition.Find(reader.ValueSpan, expected, out expected);
            reader.Read();
            if (numbersMax > 0 && ++members > numbersMax)
            {
                return DecodeError.TooManyItems;
            }

            if (field is null)
            {
                if (numbersMax > 0 && JsonValue.Number(ref reader, out _) is var problem and not DecodeError.None)
                {
                    return problem;
                }

                reader.Skip();
                continue;
            }

            if (builder.Has(field))
            {
                return DecodeError.DuplicateField;
            }

            var error = ReadField(ref reader, builder, field);
            if (error != DecodeError.None)
            {
                return error;
            }
        }

        return DecodeError.None;
    }

    private DecodeError ReadField(ref Utf8JsonReader reader, SectionBuilder builder, FieldDefinition field)
    {
        if (field.Kind == FieldKind.Text)
        {
            var error = _texts.Read(ref reader, WireLimits.TextBytesMax, out var text);
            return error == DecodeError.None && !builder.Set(field, text) ? DecodeError.StringTooLong : error;
        }

        if (field.Kind == FieldKind.Flag)
        {
            return reader.TokenType is not (JsonTokenType.True or JsonTokenType.False) ? DecodeError.WrongType
                : builder.Set(field, reader.TokenType == JsonTokenType.True) ? DecodeError.None
                : DecodeError.OutOfRange;
        }

        return ReadNumber(ref reader, builder, field);
    }

    /// <summary>A key of the datagram: a section, or a field of one whose fields are keys themselves.</summary>
    private readonly record struct Key(byte[] Name, SectionDefinition Section, FieldDefinition? Field);
}
