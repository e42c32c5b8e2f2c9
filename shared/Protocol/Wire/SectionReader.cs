using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads the sections of <see cref="SectionCatalog"/>. Never throws; allocates nothing until all is
/// well.</summary>
internal sealed class SectionReader
{
    private readonly TextCache _texts;
    private readonly SectionBuilder[] _builders =
        Array.ConvertAll([.. SectionCatalog.All], static section => new SectionBuilder(section));

    private readonly bool[] _isSeen = new bool[SectionCatalog.All.Count];
    private int _expected;

    /// <summary>Initializes a new instance of the <see cref="SectionReader"/> class.</summary>
    public SectionReader(TextCache texts) => _texts = texts;

    /// <summary>Forgets the last datagram.</summary>
    public void Reset()
    {
        Array.Clear(_isSeen);
        _expected = 0;
    }

    /// <summary>Reads the section whose key the reader stands on, or skips it if nobody knows it.</summary>
    public DecodeError ReadOrSkip(ref Utf8JsonReader reader)
    {
        var section = reader.ValueIsEscaped ? null : SectionCatalog.Find(reader.ValueSpan, _expected);
        reader.Read();
        if (section is null)
        {
            reader.Skip();
            return DecodeError.None;
        }

        if (_isSeen[section.Index])
        {
            return DecodeError.DuplicateField;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return DecodeError.WrongType;
        }

        _isSeen[section.Index] = true;
        _expected = section.Index + 1;
        var builder = _builders[section.Index];
        builder.Clear();
        return section.EntryLabel is null ? ReadFields(ref reader, builder) : ReadEntries(ref reader, builder);
    }

    /// <summary>Makes the readings.</summary>
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
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueIsEscaped
                ? null
                : builder.Definition.Find(reader.ValueSpan, expected, out expected);
            reader.Read();
            if (field is null)
            {
                reader.Skip();
                continue;
            }

            if (builder.EntryCount > 0 && builder.Has(field))
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
        DecodeError error;
        if (field.Kind == FieldKind.Text)
        {
            error = _texts.Read(ref reader, WireLimits.TextBytesMax, out var text);
            return error == DecodeError.None && !builder.Set(field, text) ? DecodeError.StringTooLong : error;
        }

        if (field.Kind == FieldKind.Flag)
        {
            return reader.TokenType is not (JsonTokenType.True or JsonTokenType.False) ? DecodeError.WrongType
                : builder.Set(field, reader.TokenType == JsonTokenType.True) ? DecodeError.None
                : DecodeError.OutOfRange;
        }

        error = field.Unit == ReadingUnit.Ratio
            ? JsonValue.Ratio(ref reader, out var number)
            : JsonValue.Number(ref reader, out number);
        return error == DecodeError.None && !builder.Set(field, number) ? DecodeError.OutOfRange : error;
    }
}
