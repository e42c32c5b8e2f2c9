using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The totals of all batches in the outbox's table.</summary>
/// <param name="Documents">The number of documents.</param>
/// <param name="Bytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest batch was started.</param>
/// <param name="LastId">The highest row number ever used.</param>
internal sealed record OutboxTotals(long Documents, long Bytes, DateTimeOffset? OldestAt, long LastId)
{
    /// <summary>Gets the totals of an empty outbox.</summary>
    public static OutboxTotals None { get; } = new(0, 0, null, 0);
}

/// <summary>A row of the outbox.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Batch">The batch; <see langword="null"/> if the row is damaged.</param>
/// <param name="Documents">The stored number of documents.</param>
/// <param name="Problem">The damage; empty if there is none.</param>
internal sealed record OutboxRow(long Id, OutboxBatch? Batch, long Documents, string Problem);

/// <summary>The statements on the tables <c>outbox</c> and <c>outbox_total</c>.</summary>
internal static class OutboxRows
{
    /// <summary>Reads and checks the oldest batch after a row.</summary>
    public static OutboxRow? ReadNext(DatabaseSession session, long after)
    {
        using var reader = session.Command(
            "SELECT id, created, documents, encoding, body, checksum, routes FROM outbox "
                + "WHERE id > $after ORDER BY id LIMIT 1",
            ("$after", after)).ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        // SQLite has no checksums, so damage shows only here: one damaged batch must not stop the others.
        var id = reader.GetInt64(0);
        var documents = reader.IsDBNull(2) ? 0 : reader.GetInt64(2);
        try
        {
            var (created, isCompressed) = (ToTime(reader.GetInt64(1)), reader.GetInt64(3) == 1);
            var body = reader.GetFieldValue<byte[]>(4);
            var routes = reader.IsDBNull(6) ? null : reader.GetString(6);
            var batch = new OutboxBatch(created, checked((int)documents), isCompressed, body, routes) { Id = id };
            batch.Check(reader.IsDBNull(5) ? null : reader.GetInt64(5));
            return new OutboxRow(id, batch, documents, string.Empty);
        }
        catch (Exception exception) when (TelemetryDatabase.IsRowDamage(exception))
        {
            return new OutboxRow(id, null, Math.Clamp(documents, 0, int.MaxValue), exception.Message);
        }
    }

    /// <summary>Adds a batch.</summary>
    /// <returns>Its row.</returns>
    public static long Insert(DatabaseSession session, OutboxBatch batch) =>
        session.Integer(
            "INSERT INTO outbox (created, documents, bytes, encoding, body, checksum, routes) "
                + "VALUES ($created, $documents, $bytes, $encoding, $body, $checksum, $routes) RETURNING id",
            ("$created", batch.CreatedAt.ToUnixTimeMilliseconds()),
            ("$documents", batch.Documents),
            ("$bytes", batch.Body.Length),
            ("$encoding", batch.IsCompressed ? 1 : 0),
            ("$body", batch.Body),
            ("$checksum", Checksum(batch)),
            ("$routes", batch.StoredRoutes))!.Value;

    /// <summary>Reads the totals, each by its key: the cost does not depend on the size of the backlog.</summary>
    public static OutboxTotals ReadTotals(DatabaseSession session)
    {
        using var reader = session.Command(
            "SELECT documents, bytes, (SELECT created FROM outbox ORDER BY id LIMIT 1), "
            + "(SELECT seq FROM sqlite_sequence WHERE name = 'outbox') FROM outbox_total").ExecuteReader();
        return reader.Read()
            ? new OutboxTotals(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.IsDBNull(2) ? null : ToTime(reader.GetInt64(2)),
                reader.IsDBNull(3) ? 0 : reader.GetInt64(3))
            : OutboxTotals.None;
    }

    /// <summary>Replaces a batch by a smaller one.</summary>
    public static void Update(DatabaseSession session, OutboxBatch batch) =>
        session.Execute(
            "UPDATE outbox SET documents = $documents, bytes = $bytes, encoding = $encoding, body = $body, "
                + "checksum = $checksum, routes = $routes WHERE id = $id",
            ("$documents", batch.Documents),
            ("$bytes", batch.Body.Length),
            ("$encoding", batch.IsCompressed ? 1 : 0),
            ("$body", batch.Body),
            ("$checksum", Checksum(batch)),
            ("$routes", batch.StoredRoutes),
            ("$id", batch.Id));

    /// <summary>Removes a batch.</summary>
    public static void Delete(DatabaseSession session, long id) =>
        session.Execute("DELETE FROM outbox WHERE id = $id", ("$id", id));

    /// <summary>Gets the row after another, unless it is the last one.</summary>
    public static long? NextButLast(DatabaseSession session, long after) => session.Integer(
        "SELECT min(id) FROM outbox WHERE id > $after AND id < (SELECT max(id) FROM outbox)", ("$after", after));

    /// <summary>Removes a batch.</summary>
    /// <returns>The batch; <see langword="null"/> if there was none.</returns>
    public static OutboxBatch? Take(DatabaseSession session, long id)
    {
        using var reader = session.Command(
            "DELETE FROM outbox WHERE id = $id "
            + "RETURNING max(0, CAST(documents AS INTEGER)), encoding = 1, CAST(body AS BLOB), "
            + "CAST(routes AS TEXT)",
            ("$id", id)).ExecuteReader();
        return reader.Read()
            ? new OutboxBatch(
                default,
                (int)Math.Min(reader.GetInt64(0), int.MaxValue),
                !reader.IsDBNull(1) && reader.GetBoolean(1),
                reader.IsDBNull(2) ? [] : reader.GetFieldValue<byte[]>(2),
                reader.IsDBNull(3) ? null : reader.GetString(3))
            : null;
    }

    private static long Checksum(OutboxBatch batch) =>
        BatchChecksum.Compute(batch.Documents, batch.IsCompressed, batch.StoredRoutes, batch.Body);

    // An impossible time is damage, but only affects the display: it is limited to the displayable range.
    private static DateTimeOffset ToTime(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
        milliseconds,
        DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
