namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Does what is due. Called by the ingest loop only, after datagrams and when something is due.</summary>
/// <param name="now">The timestamp up to which everything that arrived has been applied.</param>
/// <returns>
/// The timestamp of the next call, unless datagrams arrive before; <see cref="long.MaxValue"/> if nothing is due.
/// </returns>
internal delegate long Sweep(long now);
