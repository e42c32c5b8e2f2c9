using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Finds sound cards by name, because their numbers depend on the order of detection.</summary>
internal static class SoundCards
{
    /// <summary>The name that the overlay <c>adau7002-simple</c> gives to an Enviro's sound card.</summary>
    public const string Enviro = "adau7002";

    /// <summary>More cards than the kernel supports.</summary>
    private const int CardCountMax = 32;

    /// <summary>Longer than any card name.</summary>
    private const int NameBytesMax = 64;

    /// <summary>Finds the capture device of a card.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="card">The name of the card.</param>
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
