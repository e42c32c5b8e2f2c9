namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Shorthands for the definitions in this folder.</summary>
internal static class Fields
{
    /// <summary>Makes a number that goes up and down.</summary>
    public static FieldDefinition Gauge(
        string wireName, string name, string fieldName, ReadingUnit unit, string help, bool inHistory = false) => new()
        {
            WireName = wireName,
            Name = name,
            FieldName = fieldName,
            Unit = unit,
            Decimals = DecimalsOf(unit),
            Min = unit == ReadingUnit.Celsius ? Limits.ReadingRanges.TemperatureCelsiusMin : 0,
            Max = MaxOf(unit),
            Help = help,
            InHistory = inHistory,
        };

    /// <summary>Makes a number that goes up and down on both sides of zero, with a limit to either.</summary>
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

    /// <summary>Makes a number that only grows.</summary>
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

    /// <summary>Makes a yes or no.</summary>
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

    /// <summary>Makes a text.</summary>
    public static FieldDefinition Text(string wireName, string fieldName, string help) => new()
    {
        WireName = wireName,
        FieldName = fieldName,
        Kind = FieldKind.Text,
        Help = help,
    };

    private static int DecimalsOf(ReadingUnit unit) => unit switch
    {
        ReadingUnit.Ratio => 4,
        ReadingUnit.Celsius or ReadingUnit.Seconds => 3,
        ReadingUnit.Lux or ReadingUnit.Decibels or ReadingUnit.Pascals or ReadingUnit.MicrogramsPerCubicMetre => 2,
        _ => 0,
    };

    private static double MaxOf(ReadingUnit unit) => unit switch
    {
        ReadingUnit.Ratio => 1,
        ReadingUnit.Celsius => Limits.ReadingRanges.TemperatureCelsiusMax,
        ReadingUnit.Hertz => Limits.ReadingRanges.FrequencyMegahertzMax * 1e6,
        ReadingUnit.RevolutionsPerMinute => 1_000_000,
        _ => 9_007_199_254_740_992,
    };
}
