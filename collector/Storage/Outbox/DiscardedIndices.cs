using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// The indices of which a person has given up what waited: what of it is refused does not wait any longer.
/// </summary>
internal sealed class DiscardedIndices(TelemetryDatabase database)
{
    /// <summary>Reads until when each is given up; empty while the database cannot be read.</summary>
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
            // The writer tells people of it. It is read again at the next attempt, and nothing is lost by waiting.
        }

        return indices;
    }
}
