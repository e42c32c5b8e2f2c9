using System.Globalization;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Tests;

/// <summary>Makes values short to compare.</summary>
internal static class SectionEntryExtensions
{
    public static string? TextOrNumber(this SectionEntry entry, FieldDefinition field)
    {
        if (field.Kind == FieldKind.Text)
        {
            return entry.Text(field);
        }

        return entry[field] is { } number
            ? Math.Round(number, Math.Max(4, field.Decimals)).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
