using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Commands;

/// <summary>
/// The commands <c>dead-letters list | export | replay | drop | waiting | bury</c>: what OpenSearch refused for good,
/// and what waits for an index, for a person to look at and to decide about. The collector may be running.
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
        if (!TryRead(words, out var run))
        {
            problems.WriteLine(
                """
                usage: nodetelemetry-collector dead-letters VERB [options]
                  list   [ID… | all]  what OpenSearch refused for good, and why
                  export [ID… | all]  the same with the documents, one JSON object a line
                  replay  ID… | all   send them again, when the reason is repaired
                  drop    ID… | all   delete them
                  waiting             what waits in the outbox, by index
                  bury    INDEX yes   give up what has waited for an index until now: what OpenSearch still refuses of
                                      it becomes dead letters; without 'yes' it only says how much that is
                The collector may be running. Options: --database-path FILE, --config FILE.
                """);
            return Usage;
        }

        using var file = DeadLetterFile.TryOpen(settings, out var problem);
        try
        {
            problem ??= run(file!);
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

    private bool TryRead(string[] words, out Func<DeadLetterFile, string?> run)
    {
        run = words switch
        {
            ["waiting"] => ListWaiting,
            ["bury", var index] => file => Bury(file, index, isMeant: false),
            ["bury", var index, "yes"] => file => Bury(file, index, isMeant: true),
            [("list" or "export") and var verb, .. var rest] when TryReadIds(rest, out var ids) =>
                file => Run(verb, ids, file),
            [("replay" or "drop") and var verb, _, ..] when TryReadIds(words[1..], out var ids) =>
                file => Run(verb, ids, file),
            _ => null!,
        };
        return run is not null;
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

    private string? ListWaiting(DeadLetterFile file)
    {
        var waiting = Waiting(file);
        foreach (var (index, (documents, oldest)) in waiting.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{documents,10}  {index}, since {oldest:yyyy-MM-dd HH:mm:ss}Z"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{waiting.Values.Sum(static entry => entry.Documents)} documents wait."));
        return null;
    }

    private string? Bury(DeadLetterFile file, string index, bool isMeant)
    {
        if (!Waiting(file).TryGetValue(index, out var waiting))
        {
            return $"Nothing waits for the index {index}. See dead-letters waiting.";
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"{waiting.Documents} documents that wait for {index}");
        if (!isMeant)
        {
            return $"This gives up the {what}, as far as OpenSearch still refuses them: they become dead letters, of "
                + $"which the newest {settings.DeadLettersMax} are kept. Nothing is changed yet. If it is meant: "
                + $"dead-letters bury {index} yes";
        }

        file.GiveUp(index, time.GetUtcNow());
        output.WriteLine($"The {what} are given up. A running collector tries each once more within a minute or so, "
            + "otherwise after its next start; what is refused then becomes a dead letter.");
        return null;
    }

    private static Dictionary<string, (long Documents, DateTimeOffset OldestAt)> Waiting(DeadLetterFile file)
    {
        var waiting = new Dictionary<string, (long Documents, DateTimeOffset OldestAt)>();
        foreach (var batch in file.ReadOutbox())
        {
            var body = new BulkBody(batch);
            foreach (var (index, documents) in Enumerable.Range(0, batch.Documents).CountBy(body.Index))
            {
                var (before, oldest) = waiting.GetValueOrDefault(index, (0, batch.CreatedAt));
                waiting[index] = (before + documents, oldest);
            }
        }

        return waiting;
    }

    private static string Count(int letters) =>
        string.Create(CultureInfo.InvariantCulture, $"{letters} dead letter{(letters == 1 ? string.Empty : "s")}");

    private void List(IReadOnlyList<StoredDeadLetter> letters)
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

    private static string ToJson(StoredDeadLetter kept)
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
