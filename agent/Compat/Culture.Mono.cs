using System.Globalization;
using System.Runtime.CompilerServices;

namespace NodeTelemetry.Agent.Compat;

/// <summary>Lets numbers and dates look the same under every locale, which .NET does by a setting.</summary>
internal static class Culture
{
    [ModuleInitializer]
    public static void Set()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
    }
}
