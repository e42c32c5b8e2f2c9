namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The mapping of a field in OpenSearch.</summary>
internal enum FieldType
{
    /// <summary>A time.</summary>
    Date,

    /// <summary>A text that is searched for as a whole.</summary>
    Keyword,

    /// <summary>A sentence, searched for by its words.</summary>
    Text,

    /// <summary>An address.</summary>
    Ip,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Long,

    /// <summary>A number of 53 significant bits: for what only grows.</summary>
    Double,

    /// <summary>A number of 24 significant bits.</summary>
    Float,

    /// <summary>A number of 11 significant bits: 0.03 °C at 60 °C.</summary>
    HalfFloat,

    /// <summary>A share, kept to 1/10000.</summary>
    Ratio,

    /// <summary>Names that are only known when they come, with texts.</summary>
    Texts,
}
