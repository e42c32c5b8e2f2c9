using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>The schema as it must be, for comparison with the one of a file and for its replacement.</summary>
/// <remarks>
/// SQLite places the root pages of a file with <c>auto_vacuum</c> by the order of the statements alone,
/// so every file of one schema version has the same ones.
/// </remarks>
internal static class SchemaTemplate
{
    /// <summary>The suffix of a file with the first page as it was found.</summary>
    public const string FirstPageSuffix = "-page1";

    private const int PageSize = 4096;
    private const int HeaderSize = 100;

    // Offsets in the header of a file, all big-endian; https://sqlite.org/fileformat.html#the_database_header.
    private const int WriteVersion = 18;
    private const int ReadVersion = 19;
    private const int ChangeCounter = 24;
    private const int PageCount = 28;
    private const int FreelistTrunk = 32;
    private const int FreelistCount = 36;
    private const int LargestRoot = 52;
    private const int UserVersion = 60;
    private const int ApplicationId = 68;
    private const int ValidFor = 92;

    private const byte WriteAheadLog = 2;

    // The second page says of every later one what it is, in five bytes.
    private const int PageMapEntry = 5;
    private const byte RootPage = 1;

    // The page with SQLite's lock bytes is never used, in a file of more than 1 GiB.
    private const uint LockPage = (0x4000_0000 / PageSize) + 1;

    private const byte InteriorPage = 0x05;
    private const byte LeafPage = 0x0D;

    private const string ObjectsSql = "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' "
        + "UNION ALL SELECT 'column ' || tables.name || '.' || columns.name FROM sqlite_schema AS tables, "
        + "pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'";

    /// <summary>Finds what the schema of an open file lacks.</summary>
    /// <param name="connection">The open file.</param>
    /// <param name="steps">The steps that its schema consists of.</param>
    /// <returns>The first missing table, column, index or trigger; <see langword="null"/> if all are there.</returns>
    /// <exception cref="SqliteException">The schema cannot be read.</exception>
    public static string? FindMissing(SqliteConnection connection, IEnumerable<string> steps)
    {
        using var template = Create(":memory:", steps);
        var present = ReadObjects(connection).ToHashSet();
        return ReadObjects(template).FirstOrDefault(name => !present.Contains(name));
    }

    /// <summary>Replaces the schema of a damaged file.</summary>
    /// <remarks>
    /// The new schema is appended to the file. Only the first page, which leads to it, is overwritten;
    /// it is saved as <c>FILE-page1</c>.
    /// </remarks>
    /// <param name="path">The file, which must not be open.</param>
    /// <param name="steps">The steps of the schema.</param>
    /// <returns>Whether the file is the collector's; another one is not changed.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="SqliteException">No template can be created in its directory.</exception>
    public static bool TryReplace(string path, IReadOnlyList<string> steps)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        if (file.Length < 2 * PageSize)
        {
            return false;
        }

        var found = new byte[2 * PageSize];
        file.ReadExactly(found);
        var version = BinaryPrimitives.ReadInt32BigEndian(found.AsSpan(UserVersion));
        var template = CreateFile(
            path + "-schema", steps.Take(version >= 1 && version <= steps.Count ? version : steps.Count));
        if (!IsOurs(found, template))
        {
            return false;
        }

        var saved = path + FirstPageSuffix;
        if (!File.Exists(saved))
        {
            File.WriteAllBytes(saved, found.AsSpan(0, PageSize));
        }

        var root = template.AsSpan(0, PageSize);
        var last = AppendChildren(file, template, root);
        root[WriteVersion] = WriteAheadLog;
        root[ReadVersion] = WriteAheadLog;
        BinaryPrimitives.WriteUInt32BigEndian(root[PageCount..], last);
        BinaryPrimitives.WriteUInt32BigEndian(root[FreelistTrunk..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(root[FreelistCount..], 0);
        root.Slice(ChangeCounter, sizeof(uint)).CopyTo(root[ValidFor..]);
        file.Position = 0;
        file.Write(root);
        file.Flush(flushToDisk: true);
        return true;
    }

    /// <summary>Determines whether a file is the collector's: by its number, or by the places of its tables.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> found, ReadOnlySpan<byte> template)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(found[ApplicationId..]) == DatabaseSchema.ApplicationId)
        {
            return true;
        }

        var roots = (int)BinaryPrimitives.ReadUInt32BigEndian(template[LargestRoot..]) - 2;
        for (var entry = 0; entry <= roots; entry++)
        {
            var place = PageSize + (entry * PageMapEntry);
            if ((found[place] == RootPage) != (entry < roots && template[place] == RootPage))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends the pages that the first page of the template leads to, and lets it lead to these.</summary>
    /// <returns>The number of pages of the file.</returns>
    private static uint AppendChildren(FileStream file, ReadOnlySpan<byte> template, Span<byte> root)
    {
        var children = root[HeaderSize] == InteriorPage ? ReadChildren(root) : [];
        var next = (uint)(file.Length / PageSize) + 1;
        if (next <= LockPage && next + children.Count > LockPage)
        {
            next = LockPage + 1;
        }

        foreach (var (pointer, page) in children)
        {
            var child = template.Slice((int)(page - 1) * PageSize, PageSize);
            if (child[0] != LeafPage)
            {
                throw new IOException("The schema has more levels than can be replaced.");
            }

            file.Position = (next - 1) * (long)PageSize;
            file.Write(child);
            BinaryPrimitives.WriteUInt32BigEndian(root[pointer..], next);
            next++;
        }

        return next - 1;
    }

    /// <summary>Reads where a first page, an interior one, points to its children.</summary>
    private static List<(int Pointer, uint Page)> ReadChildren(ReadOnlySpan<byte> root)
    {
        const int CellCount = HeaderSize + 3;
        const int RightmostPointer = HeaderSize + 8;
        const int CellPointers = HeaderSize + 12;
        var children = new List<(int, uint)>();
        for (var cell = 0; cell < BinaryPrimitives.ReadUInt16BigEndian(root[CellCount..]); cell++)
        {
            var pointer = BinaryPrimitives.ReadUInt16BigEndian(root[(CellPointers + (2 * cell))..]);
            children.Add((pointer, BinaryPrimitives.ReadUInt32BigEndian(root[pointer..])));
        }

        children.Add((RightmostPointer, BinaryPrimitives.ReadUInt32BigEndian(root[RightmostPointer..])));
        return children;
    }

    private static byte[] CreateFile(string path, IEnumerable<string> steps)
    {
        File.Delete(path);
        try
        {
            Create(path, steps).Dispose();
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static SqliteConnection Create(string path, IEnumerable<string> steps)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            foreach (var step in (IEnumerable<string>)
                [$"PRAGMA page_size={PageSize}; PRAGMA auto_vacuum=INCREMENTAL; BEGIN;", .. steps, "COMMIT;"])
            {
#pragma warning disable CA2100 // Texts are constants of this directory.
                command.CommandText = step;
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            }

            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static List<string> ReadObjects(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ObjectsSql;
        using var reader = command.ExecuteReader();
        var objects = new List<string>();
        while (reader.Read())
        {
            objects.Add(reader.GetString(0));
        }

        return objects;
    }
}
