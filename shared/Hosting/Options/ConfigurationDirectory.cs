using System.Collections;

namespace NodeTelemetry.Hosting.Options;

/// <summary>The directory of the programs' configuration files.</summary>
public static class ConfigurationDirectory
{
    /// <summary>The directory, unless a service manager names another.</summary>
    public const string Standard = "/etc/nodetelemetry";

    /// <summary>The variable by which systemd names it, as with <c>ConfigurationDirectory=</c>.</summary>
    public const string Variable = "CONFIGURATION_DIRECTORY";

    /// <summary>Finds the directory.</summary>
    /// <param name="environment">The environment variables.</param>
    /// <param name="standard">The directory if none is named.</param>
    /// <param name="isOfService">Whether a service manager names it.</param>
    public static string Find(IDictionary environment, string standard, out bool isOfService)
    {
        var named = environment[Variable] as string;
        isOfService = !string.IsNullOrEmpty(named);
        return isOfService ? named! : standard;
    }
}
