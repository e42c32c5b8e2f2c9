namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Which index a reading goes into.</summary>
internal enum IndexNaming
{
    /// <summary>One index a day (UTC) of the reading's own time.</summary>
    Daily,

    /// <summary>One index a week (ISO 8601) of the reading's own time: for few nodes, because each index costs
    /// memory.</summary>
    Weekly,

    /// <summary>One data stream, rolled over by age: what is sent twice around a rollover is kept twice.</summary>
    Stream,
}
