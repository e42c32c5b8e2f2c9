using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>
/// The system's OpenSSL. The runtime loads it at the first use of TLS or of a hash.
/// Where it is missing, the runtime ends the process with a message that names no package.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The names that the runtime looks for, newest first.</summary>
    private static readonly string[] Names =
        ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    private static readonly Lazy<bool> Missing = new(static () => !Array.Exists(Names, CanLoad));

    /// <summary>Gets a value indicating whether this system lacks it. Loads it once to find out.</summary>
    public static bool IsMissing => Missing.Value;

    /// <summary>Explains that it is missing.</summary>
    /// <param name="users">The options that need it.</param>
    /// <returns>A sentence that says what to do.</returns>
    public static string Explain(IReadOnlyList<string> users) =>
        $"OpenSSL is missing (libssl.so.3), which {string.Join(", ", users)} {(users.Count == 1 ? "needs" : "need")}. "
        + "Install it: apt-get install libssl3 (libssl3t64 on newer Debian and Ubuntu), dnf install openssl-libs, "
        + "pacman -S openssl, apk add libssl3.";

    /// <summary>Determines whether this system has a library.</summary>
    public static bool CanLoad(string name)
    {
        // Another version, which the runtime then uses.
        if (!OperatingSystem.IsLinux()
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE")))
        {
            return true;
        }

        var isFound = NativeLibrary.TryLoad(name, out var library);
        if (isFound)
        {
            NativeLibrary.Free(library);
        }

        return isFound;
    }
}
