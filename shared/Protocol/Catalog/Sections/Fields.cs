using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Shorthands for the definitions in this directory.</summary>
internal static class Fields
{
    /// <summary>The maximum of Math.Round, for those who round all fields alike.</summary>
    private const int ExactDecimals = 15;

    /// <summary>A number that goes up and down, not below zero unless it is a temperature.</summary>
    public static FieldDefinition Gauge(
        string wireName,
        string name,
        string fieldName,
        ReadingUnit unit,
        string help,
        bool inHistory = false,
        string? apiName = null,
        double scale = 1,
        int? decimals = null,
        double? max = null) => new()
        {
            WireName = wireName,
            Name = name,
            ApiName = apiName ?? string.Empty,
            FieldName = fieldName,
            Unit = unit,
            Scale = scale,
            Decimals = decimals ?? DefaultDecimals(unit),
            Min = unit == ReadingUnit.Celsius ? ReadingRanges.TemperatureCelsiusMin : 0,
            Max = max ?? DefaultMax(unit),
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>A number on both sides of zero, with the same limit to either.</summary>
    public static FieldDefinition Signed(
        string wireName,
        string name,
        string fieldName,
        ReadingUnit unit,
        double limit,
        int decimals,
        string help,
        bool inHistory = false) => new()
        {
            WireName = wireName,
            Name = name,
            FieldName = fieldName,
            Unit = unit,
            Decimals = decimals,
            Min = -limit,
            Max = limit,
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>A number of unknown unit and magnitude, of which no digit is rounded off.</summary>
    public static FieldDefinition Exact(
        string wireName, string name, string fieldName, double limit, string help, bool inHistory = false) => new()
        {
            WireName = wireName,
            Name = name,
            FieldName = fieldName,
            Decimals = ExactDecimals,
            IsExact = true,
            Min = -limit,
            Max = limit,
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>A number that only grows.</summary>
    public static FieldDefinition Counter(
        string wireName, string name, string fieldName, ReadingUnit unit, string help, bool inHistory = false) => new()
        {
            WireName = wireName,
            Name = name + "_total",
            FieldName = fieldName,
            Kind = FieldKind.Counter,
            Unit = unit,
            Decimals = unit == ReadingUnit.Seconds ? 2 : 0,
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>Yes or no.</summary>
    public static FieldDefinition Flag(
        string wireName, string name, string fieldName, string help, bool inHistory = false) => new()
        {
            WireName = wireName,
            Name = name,
            FieldName = fieldName,
            Kind = FieldKind.Flag,
            Max = 1,
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>A short text.</summary>
    public static FieldDefinition Text(string wireName, string fieldName, string help) => new()
    {
        WireName = wireName,
        FieldName = fieldName,
        Kind = FieldKind.Text,
        Help = help,
    };

    /// <summary>A number computed from the other numbers of its entry; not on the wire.</summary>
    public static FieldDefinition Derived(
        string name,
        string fieldName,
        ReadingUnit unit,
        string help,
        Derivation derive,
        bool inHistory = false) => new()
        {
            WireName = string.Empty,
            Name = name,
            FieldName = fieldName,
            Unit = unit,
            Decimals = DefaultDecimals(unit),
            Max = DefaultMax(unit),
            Help = help,
            Derive = derive,
            InHistory = inHistory,
        };

    private static int DefaultDecimals(ReadingUnit unit) => unit switch
    {
        ReadingUnit.Ratio => 4,
        ReadingUnit.Celsius or ReadingUnit.Seconds => 3,
        ReadingUnit.Lux or ReadingUnit.Decibels or ReadingUnit.Pascals or ReadingUnit.MicrogramsPerCubicMetre => 2,
        _ => 0,
    };

    private static double DefaultMax(ReadingUnit unit) => unit switch
    {
        ReadingUnit.Ratio => 1,
        ReadingUnit.Celsius => ReadingRanges.TemperatureCelsiusMax,
        ReadingUnit.Hertz => ReadingRanges.FrequencyHertzMax,
        ReadingUnit.RevolutionsPerMinute => 1_000_000,
        _ => ReadingRanges.NumberMax,
    };
}
