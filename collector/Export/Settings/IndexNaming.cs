namespace NodeTelemetry.Collector.Export.Settings;

/// <summary>The naming of the indices of readings.</summary>
internal enum IndexNaming
{
    /// <summary>One index a day (UTC) of the reading's time.</summary>
    Daily,

    /// <summary>One index a week (ISO 8601) of the reading's time: for few nodes, each index costs memory.</summary>
    Weekly,

    /// <summary>One data stream, rolled over by age: a document sent twice around a rollover is kept twice.</summary>
    Stream,
}
