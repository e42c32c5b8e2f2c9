using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// The indices whose backlog the administrator has discarded: rejected documents in it no longer wait.
/// </summary>
internal sealed class DiscardedIndices(TelemetryDatabase database)
{
    /// <summary>Reads the indices, each with the time up to which batches are discarded.</summary>
    /// <returns>Nothing while the database cannot be read.</returns>
    public IReadOnlyDictionary<string, DateTimeOffset> Read()
    {
        var indices = new Dictionary<string, DateTimeOffset>();
        try
        {
            using var connection = database.OpenReader();
            if (connection is null)
            {
                return indices;
            }

            using var command = connection.CreateCommand();
            command.CommandText = "SELECT index_name, until FROM discarded_index";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                indices[reader.GetString(0)] = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1));
            }
        }
        catch (SqliteException)
        {
            // The writer reports the problem. The table is read again at the next attempt, and waiting loses nothing.
        }

        return indices;
    }
}
