using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Sends mail through a mail server.</summary>
/// <remarks>
/// Source: RFC 5321, RFC 3207 (STARTTLS). System.Net.Mail does not support implicit TLS (port 465): use port 587 or 25.
/// </remarks>
internal sealed class SmtpAlertChannel(SmtpAlertChannel.Settings settings) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = CreateType();

    /// <summary>TLS from the first byte.</summary>
    private const int TlsPort = 465;

    /// <inheritdoc/>
    public async Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        using var message = new MailMessage
        {
            From = new MailAddress(settings.From!, $"NodeTelemetry on {notification.Collector}"),
            Subject = notification.Title,
            Body = notification.Body.ReplaceLineEndings("\r\n"),
        };
        foreach (var address in settings.To)
        {
            message.To.Add(address);
        }

        // RFC 3834: this suppresses automatic replies such as absence notices.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient(settings.Host, settings.Port)
        {
            EnableSsl = settings.StartTls,
            Credentials = settings is { User: { } user, Password: { } password }
                ? new NetworkCredential(user, password)
                : null,
        };
        try
        {
            await client.SendMailAsync(message, cancellation);
            return $"{settings.Host}:{settings.Port} accepted it";
        }
        catch (SmtpException error)
        {
            throw new AlertDeliveryException(
                $"{settings.Host}:{settings.Port} did not accept the mail: {Explain(error)}",
                IsTemporary(error),
                error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Every mail has its own connection.
    }

    private static AlertChannelType<Settings> CreateType()
    {
        var type = new AlertChannelType<Settings>("smtp", static (settings, _) => new SmtpAlertChannel(settings))
        {
            Check = static (settings, group, problems) =>
            {
                HttpChannelSettings.CheckCredentials(settings.User, settings.Password, group, problems);
                if (settings.Port == TlsPort)
                {
                    problems.Add(group.Explain(
                        "Port", "TLS from the first byte is not supported; give 587 or 25, with STARTTLS"));
                }

                var isComplete = settings is { Host: not null, From: not null, To.Count: > 0 };
                if (!isComplete)
                {
                    problems.Add(group.Explain("Host, From and To are needed for mail"));
                }

                return isComplete;
            },
        };
        type.Options
            .Text("Host", "NAME", string.Empty, "a host name", "Mail server.", static (o, text) =>
                Uri.CheckHostName(o.Host = text) != UriHostNameType.Unknown)
            .WholeNumber("Port", 587, 1, 65_535, "Its port.", static (o, value) => o.Port = (int)value)
            .Text("From", "ADDRESS", string.Empty, "a mail address", "Sender.", static (o, text) =>
                MailAddress.TryCreate(o.From = text, out _))
            .Texts("To", "ADDRESS,...", [], "mail addresses, separated by commas", "Recipients.",
                static (o, texts) => o.To = texts, static text => MailAddress.TryCreate(text, out _))
            .Flag("StartTls", true, "Require encryption by STARTTLS.", static (o, value) => o.StartTls = value)
            .Text("User", "NAME", string.Empty, "a user name", "User of the mail server.",
                static (o, text) => (o.User = text).Length > 0)
            .Secret("Password", "The user's password.", static (o, secret) => o.Password = secret);
        return type;
    }

    private static string Explain(SmtpException error)
    {
        var cause = error.GetBaseException();
        return cause switch
        {
            AuthenticationException => $"its certificate is not trusted: {cause.Message}",
            _ when cause != error => $"{error.Message} {cause.Message}",
            _ => error.Message,
        };
    }

    /// <summary>A reply of 4yz is temporary, one of 5yz is permanent.</summary>
    private static bool IsTemporary(SmtpException error) => error.GetBaseException() switch
    {
        AuthenticationException => false,
        SocketException or IOException => true,
        _ => (int)error.StatusCode is > 0 and < 500,
    };

    /// <summary>The settings of mail.</summary>
    internal sealed record Settings : ChannelSettings
    {
        /// <summary>Gets or sets the mail server.</summary>
        public string? Host { get; set; }

        /// <summary>Gets or sets its port.</summary>
        public int Port { get; set; } = 587;

        /// <summary>Gets or sets a value indicating whether encryption by STARTTLS is required.</summary>
        public bool StartTls { get; set; } = true;

        /// <summary>Gets or sets the user of the mail server.</summary>
        public string? User { get; set; }

        /// <summary>Gets or sets the user's password.</summary>
        public string? Password { get; set; }

        /// <summary>Gets or sets the sender's mail address.</summary>
        public string? From { get; set; }

        /// <summary>Gets or sets the recipients' mail addresses.</summary>
        public IReadOnlyList<string> To { get; set; } = [];
    }
}
