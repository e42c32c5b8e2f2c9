using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Finds sound cards by their names, for their numbers change with the order in which they are
/// found.</summary>
internal static class SoundCards
{
    /// <summary>What the sound card of an Enviro is called by its overlay, <c>adau7002-simple</c>.</summary>
    public const string Enviro = "adau7002";

    /// <summary>More than the kernel numbers.</summary>
    private const int CardCountMax = 32;

    /// <summary>Longer than any name of a card.</summary>
    private const int NameBytesMax = 64;

    /// <summary>Finds the device that a card captures sound by.</summary>
    /// <param name="roots">Where sysfs and devices are.</param>
    /// <param name="card">The card's name.</param>
    /// <returns><see langword="null"/> if there is no such card.</returns>
    public static string? Find(KernelRoots roots, string card)
    {
        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/sound"), "card", CardCountMax))
        {
            if (KernelText.ReadFile(Path.Join(folder, "id"), NameBytesMax) == card)
            {
                return roots.DevFile($"snd/pcmC{Path.GetFileName(folder)["card".Length..]}D0c");
            }
        }

        return null;
    }
}
