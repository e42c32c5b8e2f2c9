using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Posts JSON from a template to any address.</summary>
internal sealed class WebhookAlertChannel(WebhookAlertChannel.Settings settings) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = CreateType();

    private readonly HttpAlertClient _client = new(settings);
    private readonly WebhookService _service = settings.Template.FindService(settings.Address!);

    /// <inheritdoc/>
    public async Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        try
        {
            return await MessageShortener.SendAsync(
                length => settings.Template.Fill(notification, _service, Math.Min(length, settings.TextLengthMax)),
                _service.BytesMax,
                body => _client.PostAsync(body, "application/json; charset=utf-8", [], cancellation));
        }
        catch (AlertDeliveryException error) when (error.IsTooLong && settings.Template.HasLists)
        {
            // Texts can be shortened; a list of alerts is data, and continues in another request.
            if (notification.Divide(settings.Template.HasActive) is not [var first, var second])
            {
                throw;
            }

            await SendAsync(first, cancellation);
            return await SendAsync(second, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static AlertChannelType<Settings> CreateType()
    {
        var type = HttpChannelSettings.CreateType<Settings>(
            "webhook", static settings => new WebhookAlertChannel(settings));
        type.Options.WholeNumber(
            "TextLengthMax", null, Settings.TextLengthMin, int.MaxValue,
            "Maximum characters of each text; known services have their own.",
            static (settings, value) => settings.TextLengthMax = (int)value);
        type.Options.Add(
            new("TemplateFile", "FILE", string.Empty, "the path of a readable JSON file", "Template of the body."),
            static (settings, value, problems) =>
            {
                var path = value.Text ?? string.Empty;
                var text = OptionText.ReadFile(path, out var problem);
                if (text is null)
                {
                    problems.Add(value.Explain($"\"{path}\" cannot be read: {problem}"));
                }
                else if (WebhookTemplate.Read(text, out problem) is { } template)
                {
                    settings.Template = template;
                }
                else
                {
                    problems.Add(value.Explain($"\"{path}\" cannot be used: {problem}"));
                }
            });
        return type;
    }

    /// <summary>The settings of a webhook.</summary>
    internal sealed record Settings : HttpChannelSettings
    {
        /// <summary>The smallest limit of texts: a title fits.</summary>
        public const int TextLengthMin = 100;

        /// <summary>Gets or sets the template of the body.</summary>
        public WebhookTemplate Template { get; set; } = WebhookTemplate.Default;

        /// <summary>Gets or sets the maximum characters of each text.</summary>
        public int TextLengthMax { get; set; } = int.MaxValue;
    }
}
