using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Commands;

/// <summary>
/// The commands <c>dead-letters list | export | replay | drop | pending | discard</c>,
/// for documents that OpenSearch rejected permanently and for the backlog of an index.
/// They may be used while the collector runs.
/// </summary>
internal sealed class DeadLetterCommand(StorageSettings settings, TimeProvider time, TextWriter output)
{
    private const int Usage = 64;
    private const int Failed = 1;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs a command.</summary>
    /// <param name="words">The words after <c>dead-letters</c>.</param>
    /// <param name="problems">Receives error messages.</param>
    /// <returns>The exit code.</returns>
    public int Run(string[] words, TextWriter problems)
    {
        if (!TryRead(words, out var run))
        {
            problems.WriteLine(
                """
                usage: nodetelemetry-collector dead-letters VERB [options]
                  list    [ID… | all]  list documents that OpenSearch rejected permanently, with the reason
                  export  [ID… | all]  print them with their content, one JSON object per line
                  replay   ID… | all   send them again, after the cause has been fixed
                  drop     ID… | all   delete them
                  pending              show the backlog in the outbox, by index
                  discard  INDEX yes   discard the current backlog of an index: each document is tried one last time
                                       and becomes a dead letter if rejected; without 'yes', only show the count
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
            ["pending"] => ListPending,
            ["discard", var index] => file => Discard(file, index, isConfirmed: false),
            ["discard", var index, "yes"] => file => Discard(file, index, isConfirmed: true),
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

    private string? ListPending(DeadLetterFile file)
    {
        var pending = CountPending(file);
        foreach (var (index, (documents, oldest)) in pending.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{documents,10}  {index}, since {oldest:yyyy-MM-dd HH:mm:ss}Z"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{pending.Values.Sum(static entry => entry.Documents)} documents pending."));
        return null;
    }

    private string? Discard(DeadLetterFile file, string index, bool isConfirmed)
    {
        if (!CountPending(file).TryGetValue(index, out var pending))
        {
            return $"No documents are pending for the index {index}. See dead-letters pending.";
        }

        var backlog =
            string.Create(CultureInfo.InvariantCulture, $"{pending.Documents} documents pending for {index}");
        if (!isConfirmed)
        {
            return $"This discards the {backlog} unless OpenSearch accepts them after all: rejected ones become dead "
                + $"letters, of which the newest {settings.DeadLettersMax} are kept. Nothing has changed yet. "
                + $"To confirm: dead-letters discard {index} yes";
        }

        file.Discard(index, time.GetUtcNow());
        output.WriteLine($"The {backlog} are marked to be discarded. A running collector tries each of them one last "
            + "time within about a minute, otherwise after its next start; rejected ones become dead letters.");
        return null;
    }

    private static Dictionary<string, (long Documents, DateTimeOffset OldestAt)> CountPending(DeadLetterFile file)
    {
        var pending = new Dictionary<string, (long Documents, DateTimeOffset OldestAt)>();
        foreach (var batch in file.ReadOutbox())
        {
            foreach (var ((index, _), documents) in batch.ReadRoutes().Runs)
            {
                var (before, oldest) = pending.GetValueOrDefault(index, (0, batch.CreatedAt));
                pending[index] = (before + documents, oldest);
            }
        }

        return pending;
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

            // As text: a rejected document need not be valid JSON, and is shown as it was sent.
            writer.WriteString("document"u8, kept.Letter.Document.Span);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }
}
