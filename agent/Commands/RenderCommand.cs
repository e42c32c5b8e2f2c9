using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>render</c>: writes the pages of a display as PNG; no HAT is needed.</summary>
internal static class RenderCommand
{
    private const int Done = 0;

    // EX_USAGE, EX_DATAERR, EX_NOINPUT and EX_CANTCREAT of sysexits(3).
    private const int Usage = 64;
    private const int WrongData = 65;
    private const int CannotRead = 66;
    private const int CannotCreate = 73;

    /// <summary>A large server's sample has some 100 kB.</summary>
    private const int FileBytesMax = 4 * 1024 * 1024;

    /// <summary>Width at which an image is easily readable.</summary>
    private const int PreferredWidth = 640;

    /// <summary>Writes the pages.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(
        RenderRequest request, AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        NodeSnapshot? snapshot;
        if (request.From is null)
        {
            snapshot = SampleTaker.Take(options, signals, time, logger);
        }
        else if (TryRead(request.From, out snapshot) is var code and not Done)
        {
            return code;
        }

        return snapshot is null ? Done : Write(request, options.Display.Choice, snapshot, time);
    }

    private static int TryRead(string path, out NodeSnapshot? snapshot)
    {
        snapshot = null;
        byte[] content;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            content = new byte[FileBytesMax + 1];
            Array.Resize(ref content, file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            StandardStream.WriteError($"--from: {path} cannot be read; give a file written by \"once\".");
            return CannotRead;
        }

        var fault = new SnapshotDecoder(FileBytesMax).Decode(content, out snapshot);
        if (fault == DecodeError.None)
        {
            return Done;
        }

        StandardStream.WriteError(
            $"--from: {path} is not a sample ({fault}); give a file written by \"once\".");
        return WrongData;
    }

    private static int Write(RenderRequest request, DisplayChoice choice, NodeSnapshot snapshot, TimeProvider time)
    {
        var model = GetModel(choice, snapshot);
        var pages = new List<Page>(model.Pages.Where(page => request.Page is null || page.Name == request.Page));
        if (pages.Count == 0)
        {
            StandardStream.WriteError($"--page: {model.Name} has no page \"{request.Page}\"; its pages are all, "
                + $"{string.Join(", ", model.Pages.Select(static page => page.Name))}.");
            return Usage;
        }

        var content = CreateContent(snapshot, time);
        var canvas = new Canvas(model.Width, model.Height);
        foreach (var page in pages)
        {
            model.Draw(canvas, page, content);
            var name = $"{model.Name}-{page.Name}.png";
            var path = request.Page is null ? Path.Join(request.Output ?? ".", name) : request.Output ?? name;
            try
            {
                File.WriteAllBytes(path, PngWriter.Write(canvas, request.Scale ?? PreferredWidth / model.Width));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                StandardStream.WriteError($"--output: {path} cannot be written; give "
                    + (request.Page is null ? "a directory" : "a file in a directory")
                    + " that exists and is writable.");
                return CannotCreate;
            }

            StandardStream.WriteOutput(path);
        }

        return Done;
    }

    /// <summary>The display that is configured, or the HAT's, or the larger one without a HAT.</summary>
    private static DisplayModel GetModel(DisplayChoice choice, NodeSnapshot snapshot) =>
        choice == DisplayChoice.SenseHat
        || (choice == DisplayChoice.Auto && DisplayFinder.IsSenseHat(snapshot.About?.Hat))
            ? DisplayModel.SenseHat
            : DisplayModel.Enviro;

    private static DisplayContent CreateContent(NodeSnapshot snapshot, TimeProvider time)
    {
        var history = new TemperatureHistory();
        if (DisplayedTemperature.Find(snapshot) is { } temperature)
        {
            history.Add(temperature, time);
        }

        return new DisplayContent
        {
            Snapshot = snapshot,
            About = snapshot.About,
            History = history,
            Time = LocalClock.Read(snapshot.Header is { } header
                ? DateTimeOffset.FromUnixTimeMilliseconds(header.TimeMilliseconds)
                : time.GetUtcNow()),
            IsBeat = true,
        };
    }
}
