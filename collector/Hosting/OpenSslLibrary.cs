using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>
/// The system's OpenSSL, without which the runtime aborts at the first hash, with a message that names no package.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The names that the runtime looks for, newest first.</summary>
    private static readonly string[] Names =
        ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    /// <summary>Finds what is missing.</summary>
    /// <param name="canLoad">Determines whether a library can be loaded.</param>
    /// <returns>A sentence that says what to do; <see langword="null"/> if nothing is missing.</returns>
    public static string? FindProblem(Func<string, bool> canLoad) => Array.Exists(Names, name => canLoad(name))
        ? null
        : "OpenSSL is missing (libssl.so.3), which signatures, TLS and logins need. Install it: "
            + "apt-get install libssl3 (libssl3t64 on newer Debian and Ubuntu), dnf install openssl-libs, "
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
