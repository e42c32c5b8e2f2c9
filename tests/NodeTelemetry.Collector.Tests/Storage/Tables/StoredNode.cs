using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Tables;

namespace NodeTelemetry.Collector.Tests.Storage.Tables;

/// <summary>What a restart of the collector leaves of a node: its status, written to a database and read back.</summary>
internal static class StoredNode
{
    public static NodeStatus Restore(NodeStatus status)
    {
        SqliteLibrary.Initialize();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var session = new DatabaseSession(connection);
        foreach (var step in DatabaseSchema.Steps)
        {
            session.Execute(step);
        }

        NodeRows.Upsert(session, status);
        NodeRows.UpsertProgress(session, status);
        using var reader = session.Command(NodeRows.SelectSql).ExecuteReader();
        return NodeRows.ReadAll(reader, static (_, reason) => throw new InvalidDataException(reason)).Single();
    }
}
