using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Posts JSON from a template to any address.</summary>
internal sealed class WebhookAlertChannel(WebhookAlertChannel.Settings settings) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = CreateType();

    private readonly HttpAlertClient _client = new(settings);

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation) =>
        _client.PostAsync(
            settings.Template.Fill(notification), "application/json; charset=utf-8", [], cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static AlertChannelType<Settings> CreateType()
    {
        var type = HttpChannelSettings.CreateType<Settings>(
            "webhook", static settings => new WebhookAlertChannel(settings));
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
        /// <summary>Gets or sets the template of the body.</summary>
        public WebhookTemplate Template { get; set; } = WebhookTemplate.Default;
    }
}
