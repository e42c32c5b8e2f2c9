using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Puts the index template: without it the first document of a day would make an index with guessed types.
/// </summary>
internal sealed partial class TemplateInstaller(
    OpenSearchConnection connection, ExportSettings settings, ILogger logger)
{
    private readonly byte[] _body = IndexTemplate.Create();

    /// <summary>Puts the template, which is the same whether it is there already or not.</summary>
    /// <returns><see langword="null"/> when it was taken, else what to do and why.</returns>
    public async Task<BulkOutcome?> PutAsync(CancellationToken token)
    {
        try
        {
            var answer = await connection.SendAsync(
                HttpMethod.Put,
                $"_index_template/{IndexTemplate.Name}",
                _body,
                "application/json",
                isCompressed: false,
                token);
            if (answer.IsSuccess)
            {
                Log.Put(logger, IndexTemplate.Name, answer.Host);
                return null;
            }

            var (type, reason) = BulkResponseReader.ReadError(answer.Body);
            var isPassing = answer.Status is 408 or 425 or 429 or >= 500 and not 501;
            return new BulkOutcome(
                isPassing ? BulkOutcomeKind.Retry : BulkOutcomeKind.Hold,
                isPassing ? ExportFailure.Unavailable : ExportFailure.Refused,
                $"{answer.Host} does not take the index template: {answer.Status} {type} {reason}".TrimEnd()
                    + ". If an administrator is to install it instead, set OpenSearch:ManageTemplate to false.",
                answer.Status,
                answer.RetryAfter);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            return HostFailure.Judge(exception, settings);
        }
    }
}
