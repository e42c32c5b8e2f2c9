using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>Keeps alerts, deliveries and silences across restarts.</summary>
/// <remarks>Only changes of state are written, so a quiet cluster costs nothing.</remarks>
internal sealed class AlertStore : IDatabaseWork
{
    private readonly RowSet<AlertRow> _alerts = new(AlertRows.Write);
    private readonly RowSet<DeliveryRow> _deliveries = new(AlertRows.Write);
    private readonly RowSet<Silence> _silences = new(AlertRows.Write);

    /// <summary>The stored content.</summary>
    /// <param name="Alerts">The alerts.</param>
    /// <param name="Deliveries">The notifications delivered by each channel.</param>
    /// <param name="Silences">The silences.</param>
    internal sealed record Content(
        IReadOnlyList<AlertRow> Alerts, IReadOnlyList<DeliveryRow> Deliveries, IReadOnlyList<Silence> Silences)
    {
        /// <summary>Gets the empty content.</summary>
        public static Content None { get; } = new([], [], []);
    }

    /// <summary>Loads everything. Must be called before anything is put.</summary>
    /// <remarks>A damaged row is skipped, counted and logged.</remarks>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public Content Load(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return Content.None;
        }

        var content = new Content(
            AlertRows.ReadAlerts(connection, database),
            AlertRows.ReadDeliveries(connection, database),
            AlertRows.ReadSilences(connection, database));
        foreach (var row in content.Alerts)
        {
            _alerts.Restore(row.Alert.Id, row);
        }

        foreach (var row in content.Deliveries)
        {
            _deliveries.Restore(CreateKey(row.Channel, row.Alert), row);
        }

        foreach (var silence in content.Silences)
        {
            _silences.Restore(silence.Id, silence);
        }

        return content;
    }

    /// <summary>Stores an alert.</summary>
    public void Put(AlertRow row) => _alerts.Put(row.Alert.Id, row);

    /// <summary>Removes an alert.</summary>
    public void RemoveAlert(string id) => _alerts.Remove(id);

    /// <summary>Stores a delivery.</summary>
    public void Put(DeliveryRow row) => _deliveries.Put(CreateKey(row.Channel, row.Alert), row);

    /// <summary>Removes a delivery.</summary>
    public void RemoveDelivery(string channel, string alert) => _deliveries.Remove(CreateKey(channel, alert));

    /// <summary>Stores a silence.</summary>
    public void Put(Silence silence) => _silences.Put(silence.Id, silence);

    /// <summary>Removes a silence.</summary>
    public void RemoveSilence(string id) => _silences.Remove(id);

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        _alerts.OnOpened();
        _deliveries.OnOpened();
        _silences.OnOpened();
    }

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction)
    {
        _alerts.Take(transaction);
        _deliveries.Take(transaction);
        _silences.Take(transaction);
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        _alerts.Write(transaction);
        _deliveries.Write(transaction);
        _silences.Write(transaction);
    }

    private static string CreateKey(string channel, string alert) => $"{channel}\n{alert}";
}
