using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage;

namespace NodeTelemetry.Collector;

/// <summary>
/// The commands <c>dead-letters list | export | replay | drop</c>: what OpenSearch refused for good, for a person to
/// look at and to decide about. The collector may be running.
/// </summary>
internal sealed class DeadLetterCommand(StorageSettings settings, TimeProvider time, TextWriter output)
{
    private const int Usage = 64;
    private const int Failed = 1;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Tells whether words of the command line are one of these commands.</summary>
    public static bool IsMeant(IReadOnlyList<string> words) => words is ["dead-letters", ..];

    /// <summary>Runs one.</summary>
    /// <param name="words">What stood behind <c>dead-letters</c>.</param>
    /// <param name="problems">Where problems are told.</param>
    /// <returns>The exit code.</returns>
    public int Run(string[] words, TextWriter problems)
    {
        if (words is not [("list" or "export" or "replay" or "drop") and var verb, .. var rest]
            || !TryReadIds(rest, out var ids)
            || (rest.Length == 0 && verb is "replay" or "drop"))
        {
            problems.WriteLine(
                """
                usage: nodetelemetry-collector dead-letters VERB [options]
                  list   [ID… | all]  what OpenSearch refused for good, and why
                  export [ID… | all]  the same with the documents, one JSON object a line
                  replay  ID… | all   send them again, when the reason is repaired
                  drop    ID… | all   delete them
                The collector may be running. Options: --database-path FILE, --config FILE.
                """);
            return Usage;
        }

        using var file = DeadLetterFile.TryOpen(settings, out var problem);
        try
        {
            problem ??= Run(verb, ids, file!);
        }
        catch (SqliteException exception)
        {
            problem = DeadLetterFile.Explain(settings.Path, exception);
        }

        if (problem is not null)
        {
            problems.WriteLine($"nodetelemetry-collector: {problem}");
            return Failed;
        }

        return 0;
    }

    private static bool TryReadIds(string[] words, out HashSet<long>? ids)
    {
        ids = null;
        if (words is [] or ["all"])
        {
            return true;
        }

        ids = [];
        foreach (var word in words)
        {
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return false;
            }

            ids.Add(id);
        }

        return true;
    }

    private string? Run(string verb, HashSet<long>? ids, DeadLetterFile file)
    {
        if (ids is not null)
        {
            var missing = ids.Except(file.Read(ids).Select(static letter => letter.Id)).Order().ToArray();
            if (missing.Length > 0)
            {
                return $"There is no dead letter {string.Join(", ", missing)}. See dead-letters list.";
            }
        }

        switch (verb)
        {
            case "list":
                List([.. file.Read(ids)]);
                break;
            case "export":
                foreach (var letter in file.Read(ids))
                {
                    output.WriteLine(ToJson(letter));
                }

                break;
            case "replay":
                output.WriteLine($"{Count(file.Replay(ids, time.GetUtcNow()))} put back into the outbox. A running "
                    + "collector sends them within seconds, otherwise they are sent at its next start.");
                break;
            default:
                output.WriteLine($"{Count(file.Drop(ids))} deleted.");
                break;
        }

        return null;
    }

    private static string Count(int letters) =>
        string.Create(CultureInfo.InvariantCulture, $"{letters} dead letter{(letters == 1 ? string.Empty : "s")}");

    private void List(IReadOnlyList<KeptDeadLetter> letters)
    {
        foreach (var (id, attempts, letter) in letters)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{id,6}  {letter.CreatedAt:yyyy-MM-dd HH:mm:ss}Z  {letter.Status} {letter.ErrorType}, {attempts}x"));
            output.WriteLine($"        {letter.Action}");
            output.WriteLine($"        {letter.ErrorReason}");
        }

        output.WriteLine($"{Count(letters.Count)}.");
    }

    private static string ToJson(KeptDeadLetter kept)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id"u8, kept.Id);
            writer.WriteString("refusedAt"u8, kept.Letter.CreatedAt.UtcDateTime);
            writer.WriteNumber("attempts"u8, kept.Attempts);
            writer.WriteNumber("status"u8, kept.Letter.Status);
            writer.WriteString("errorType"u8, kept.Letter.ErrorType);
            writer.WriteString("errorReason"u8, kept.Letter.ErrorReason);
            writer.WriteString("action"u8, kept.Letter.Action);

            // As text: what was refused need not be JSON, and is to be seen as it was sent.
            writer.WriteString("document"u8, kept.Letter.Document.Span);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }
}
