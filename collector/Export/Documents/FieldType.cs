namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The mapping of a field in OpenSearch.</summary>
internal enum FieldType
{
    /// <summary>A time.</summary>
    Date,

    /// <summary>A text that is searched as a whole.</summary>
    Keyword,

    /// <summary>A sentence that is searched by word.</summary>
    Text,

    /// <summary>An IP address.</summary>
    Ip,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Long,

    /// <summary>A number of 53 significant bits: for values that only grow.</summary>
    Double,

    /// <summary>A number of 24 significant bits.</summary>
    Float,

    /// <summary>A number of 11 significant bits: 0.03 °C at 60 °C.</summary>
    HalfFloat,

    /// <summary>A ratio, with a resolution of 1/10000.</summary>
    Ratio,

    /// <summary>An object of texts whose names are not known in advance.</summary>
    Texts,
}
