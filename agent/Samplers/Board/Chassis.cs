using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The shape of the machine, as its firmware reports it.</summary>
/// <remarks>
/// Source: DMTF DSP0134, table "System enclosure or chassis types"; chapter 3 of the Devicetree Specification,
/// property <c>chassis-type</c> of the root node.
/// </remarks>
internal static class Chassis
{
    /// <summary>Portable, laptop, notebook, hand held, sub notebook, tablet, convertible, detachable.</summary>
    private static readonly int[] PortableTypes = [8, 9, 10, 11, 14, 30, 31, 32];

    private static readonly string[] PortableNames = ["laptop", "convertible", "tablet", "handset", "watch"];

    /// <summary>Determines whether the machine is made to run on its battery.</summary>
    /// <returns><see langword="false"/> if the firmware does not know.</returns>
    public static bool IsPortable(KernelRoots roots)
    {
        var type = KernelText.ReadFile(roots.SysFile("class/dmi/id/chassis_type"), WireLimits.TextBytesMax);
        if (int.TryParse(type, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return PortableTypes.Contains(number);
        }

        var name = KernelText.ReadFile(roots.ProcFile("device-tree/chassis-type"), WireLimits.TextBytesMax);
        return name is not null && PortableNames.Contains(name);
    }
}
