using System.Text;
using System.Text.Json;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>Finds the name of a container from files, without a daemon.</summary>
/// <remarks>
/// The kubelet links <c>/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log</c>, which is world-readable.
/// Docker's names are in a file that only root may read. Otherwise the name is that of the first process and 12 digits
/// of the identity, or, where other users' processes are hidden, the digits alone. Called once for each new container.
/// </remarks>
internal static class ContainerNames
{
    /// <summary>As many digits as <c>docker ps</c> shows.</summary>
    private const int ShortIdDigits = 12;

    /// <summary>Docker's file has some 4 KB.</summary>
    private const int ConfigurationBytesMax = 256 * 1024;

    /// <summary>The process that holds a pod's namespaces and does nothing else.</summary>
    private const string Sandbox = "pause";

    /// <summary>Finds the name.</summary>
    /// <param name="roots">Where to read.</param>
    /// <param name="identity">The identity, or the name that the manager gave.</param>
    /// <param name="folder">The control group.</param>
    /// <returns><see langword="null"/> for a pod's sandbox, which is no container to its owner.</returns>
    public static string? Find(KernelRoots roots, string identity, string folder)
    {
        var process = FirstProcess(roots, folder);
        if (process == Sandbox)
        {
            return null;
        }

        if (identity.Length != ContainerPath.IdDigits)
        {
            return identity;
        }

        var shortId = identity[..ShortIdDigits];
        return FromKubelet(roots, identity) ?? FromDocker(roots, identity)
            ?? (process is null ? shortId : $"{process}-{shortId}");
    }

    private static string? FromKubelet(KernelRoots roots, string identity)
    {
        try
        {
            var ending = $"-{identity}.log";
            var found = Directory.EnumerateFiles(roots.VarFile("log/containers"), "*" + ending)
                .FirstOrDefault(static _ => true);
            var parts = found is null ? [] : Path.GetFileName(found)[..^ending.Length].Split('_');
            return parts.Length == 3 ? Fit($"{parts[1]}/{parts[0]}/{parts[2]}") : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There is no kubelet, or its names are not readable.
            return null;
        }
    }

    private static string? FromDocker(KernelRoots roots, string identity)
    {
        var path = roots.VarFile($"lib/docker/containers/{identity}/config.v2.json");
        if (!File.Exists(path))
        {
            return null;
        }

        var buffer = new byte[ConfigurationBytesMax];
        if (KernelFile.ReadOnce(path, buffer, out var length) != FileOutcome.Ok)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("Name", out var name)
                && name.ValueKind == JsonValueKind.String
                ? Fit(name.GetString()!.TrimStart('/'))
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Docker is writing it at this moment, or the name is no valid text; the digits will do.
            return null;
        }
    }

    private static string? FirstProcess(KernelRoots roots, string folder)
    {
        // podman keeps its processes one group deeper.
        var process = KernelText.ReadFile(Path.Join(folder, "cgroup.procs"), ShortIdDigits)
            ?? KernelText.ReadFile(Path.Join(folder, "container/cgroup.procs"), ShortIdDigits);
        var command = process is not null && process.All(char.IsAsciiDigit)
            ? KernelText.ReadFile(roots.ProcFile($"{process}/comm"), WireLimits.TextBytesMax)
            : null;

        // One that is being started still has the starter's name.
        return command is not null && command.StartsWith("runc", StringComparison.Ordinal) ? null : command;
    }

    private static string? Fit(string name) =>
        KernelText.Clean(Encoding.UTF8.GetBytes(name), WireLimits.EntryNameBytesMax);
}
