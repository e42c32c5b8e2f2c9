using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The board model, from the device tree or DMI.</summary>
internal static class BoardModel
{
    /// <summary>Placeholders that vendors leave in DMI.</summary>
    private static readonly string[] Placeholders =
    [
        "To Be Filled By O.E.M.", "To be filled by O.E.M.", "System Product Name", "System manufacturer",
        "Default string", "Not Specified", "System Version", "0123456789", "x.x", "None",
    ];

    /// <summary>Reads the model.</summary>
    /// <remarks>
    /// Source: Devicetree Specification 2.3.2 <c>model</c>, NUL-terminated; SMBIOS type 1 in /sys/class/dmi/id.
    /// </remarks>
    /// <returns><see langword="null"/> if there is neither.</returns>
    public static string? Read(KernelRoots roots)
    {
        if (KernelText.ReadFile(roots.ProcFile("device-tree/model"), WireLimits.TextBytesMax) is { } model)
        {
            return model;
        }

        var vendor = ReadDmi(roots, "sys_vendor");
        var product = ReadDmi(roots, "product_name") ?? ReadDmi(roots, "board_name");
        return (vendor, product) switch
        {
            (null, _) => product,
            (_, null) => vendor,
            _ => product.StartsWith(vendor, StringComparison.OrdinalIgnoreCase) ? product : $"{vendor} {product}",
        };
    }

    /// <summary>Reads a DMI string; <see langword="null"/> for placeholders.</summary>
    internal static string? ReadDmi(KernelRoots roots, string name)
    {
        // Two strings together stay within the limit of one text.
        var text = KernelText.ReadFile(roots.SysFile("class/dmi/id/" + name), (WireLimits.TextBytesMax / 2) - 1);
        return text is null || Placeholders.Contains(text) ? null : text;
    }
}
