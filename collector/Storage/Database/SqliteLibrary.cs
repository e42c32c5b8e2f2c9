using System.Runtime.InteropServices;
using SQLitePCL;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// Chooses the SQLite library: the system's, which receives security updates, or else the bundled one.
/// </summary>
internal static partial class SqliteLibrary
{
    /// <summary>The oldest system library that is used: RETURNING, upsert and strict typing need 3.38.</summary>
    public const int VersionMin = 3_038_000;

    // The name with the ABI version: the name without it belongs to the development package.
    private const string SystemName = "libsqlite3.so.0";

    private const string Bundled = "libe_sqlite3.so";

    private static readonly Lazy<string> Chosen = new(Choose);

    /// <summary>Loads the library; later calls do nothing.</summary>
    /// <returns>The library and its version, for the log.</returns>
    public static string Initialize() => Chosen.Value;

    /// <summary>Finds why the library cannot be loaded.</summary>
    /// <returns>A sentence that says what to do; <see langword="null"/> if it is loaded.</returns>
    public static string? FindProblem()
    {
        try
        {
            Initialize();
            return null;
        }
        catch (DllNotFoundException)
        {
            return $"SQLite cannot be loaded: {SystemName} of 3.38 or newer is missing, and {Bundled} beside the "
                + "program is missing or needs a newer glibc (2.34). Install one (apt-get install libsqlite3-0, "
                + "dnf install sqlite-libs), or use Debian 12, Ubuntu 22.04 or newer.";
        }
    }

    private static string Choose()
    {
        var isSystem = OperatingSystem.IsLinux() && IsSystemUsable();
        if (isSystem)
        {
            NativeLibrary.SetDllImportResolver(
                typeof(SQLite3Provider_e_sqlite3).Assembly,
                static (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load(SystemName) : 0);
        }

        Batteries_V2.Init();
        return $"{(isSystem ? "system" : "bundled")} {raw.sqlite3_libversion().utf8_to_string()}";
    }

    private static bool IsSystemUsable()
    {
        try
        {
            // Compiled without threads (0) it could not serve readers and the writer at once.
            return Version() >= VersionMin && ThreadSafe() != 0;
        }
        catch (Exception exception) when (
            exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    [LibraryImport(SystemName, EntryPoint = "sqlite3_libversion_number")]
    private static partial int Version();

    [LibraryImport(SystemName, EntryPoint = "sqlite3_threadsafe")]
    private static partial int ThreadSafe();
}
