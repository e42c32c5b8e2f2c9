using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>
/// Rejects well-formed snapshots with harmful texts. The decoder has checked types, lengths and ranges.
/// </summary>
internal static class SnapshotValidator
{
    /// <summary>Checks the texts that pages, logs and metrics show unchanged.</summary>
    /// <returns><see langword="false"/> with the <paramref name="reason"/> if the snapshot must be rejected.</returns>
    public static bool TryAccept(NodeSnapshot snapshot, out RejectReason reason)
    {
        reason = RejectReason.ControlCharacter;
        return !HasControlCharacter(snapshot.Hostname)
            && !HasControlCharacter(snapshot.Bye?.Reason)
            && IsClean(snapshot.Labels)
            && IsClean(snapshot.About)
            && IsClean(snapshot.Sections);
    }

    private static bool IsClean(IReadOnlyList<KeyValuePair<string, string>>? labels)
    {
        for (var index = 0; index < (labels?.Count ?? 0); index++)
        {
            if (HasControlCharacter(labels![index].Key) || HasControlCharacter(labels[index].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsClean(IReadOnlyList<SectionReading> sections)
    {
        foreach (var section in sections)
        {
            for (var index = 0; index < section.EntryCount; index++)
            {
                var entry = section[index];
                if (HasControlCharacter(entry.Name))
                {
                    return false;
                }

                foreach (var text in section.Definition.Texts)
                {
                    if (HasControlCharacter(entry.Text(text)))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static bool IsClean(AboutReading? about)
    {
        if (about is null)
        {
            return true;
        }

        for (var index = 0; index < (about.Addresses?.Count ?? 0); index++)
        {
            if (HasControlCharacter(about.Addresses![index]))
            {
                return false;
            }
        }

        return !HasControlCharacter(about.Board) && !HasControlCharacter(about.Architecture)
            && !HasControlCharacter(about.OperatingSystem) && !HasControlCharacter(about.Kernel)
            && !HasControlCharacter(about.AgentVersion) && !HasControlCharacter(about.Hat)
            && !HasControlCharacter(about.Revision) && !HasControlCharacter(about.SerialHash)
            && !HasControlCharacter(about.Runtime) && !HasControlCharacter(about.Role)
            && !HasControlCharacter(about.Display);
    }

    private static bool HasControlCharacter(string? text)
    {
        foreach (var rune in (text ?? string.Empty).EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                return true;
            }
        }

        return false;
    }
}
