using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Sends mail through a mail server.</summary>
/// <remarks>
/// Source: RFC 5321, RFC 6409 (submission), RFC 8314 (TLS from the first byte, port 465), RFC 3207 (STARTTLS).
/// </remarks>
internal sealed partial class SmtpAlertChannel(SmtpAlertChannel.Settings settings, ILogger logger) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = CreateType();

    /// <summary>TLS from the first byte.</summary>
    private const int TlsPort = 465;

    private AlertNotification? _notification;
    private MimeMessage? _mail;
    private List<MailboxAddress> _recipients = [];

    private string Server => $"{settings.Host}:{settings.Port}";

    /// <inheritdoc/>
    public async Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        if (!ReferenceEquals(notification, _notification) || _mail is null)
        {
            // A retry sends the same mail, with the same Message-ID, to the recipients that lack it.
            _mail?.Dispose();
            _notification = notification;
            _mail = AlertMail.Compose(notification, settings.From!, settings.To);
            _recipients = [.. _mail.To.Mailboxes];
        }

        using var client = new MailClient(settings.CaFile);
        try
        {
            await ConnectAsync(client, cancellation);
            await client.SendAsync(_mail, _mail.From.Mailboxes.First(), _recipients, cancellation);
        }
        catch (Exception error) when (error is CommandException or ProtocolException or SocketException or IOException
            or SslHandshakeException or AuthenticationException or NotSupportedException or InvalidOperationException)
        {
            if (client.Refused.Count < _recipients.Count)
            {
                throw new AlertDeliveryException(
                    $"{Server} did not accept the mail: {Explain(error)}", IsTemporary(error), error);
            }
        }

        await DisconnectAsync(client, cancellation);
        return Report(client.Refused);
    }

    /// <inheritdoc/>
    public void Dispose() => _mail?.Dispose();

    private async Task ConnectAsync(MailClient client, CancellationToken cancellation)
    {
        await client.ConnectAsync(
            settings.Host!,
            settings.Port,
            settings.EhloName,
            settings.ImplicitTls ?? settings.Port == TlsPort ? SecureSocketOptions.SslOnConnect
            : settings.StartTls ? SecureSocketOptions.StartTls
            : SecureSocketOptions.None,
            cancellation);
        if (settings is { User: { } account, TokenFile: { } file })
        {
            await client.AuthenticateAsync(CreateToken(client, account, file), cancellation);
        }
        else if (settings is { User: { } user, Password: { } password })
        {
            // They need a domain that this program is not a member of, and servers that offer them offer others.
            client.AuthenticationMechanisms.Remove("GSSAPI");
            client.AuthenticationMechanisms.Remove("NTLM");
            await client.AuthenticateAsync(Encoding.UTF8, user, password, cancellation);
        }
    }

    private static SaslMechanism CreateToken(MailClient client, string user, string file)
    {
        // It is renewed within the hour by another program.
        var token = OptionText.ReadFile(file, out var problem) ?? throw new AlertDeliveryException(
            $"The access token \"{file}\" cannot be read: {problem}", isTemporary: true);
        return client.AuthenticationMechanisms.Contains("OAUTHBEARER")
            ? new SaslMechanismOAuthBearer(user, token.Trim())
            : new SaslMechanismOAuth2(user, token.Trim());
    }

    private static async Task DisconnectAsync(MailClient client, CancellationToken cancellation)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception error) when (error is CommandException or ProtocolException or SocketException or IOException
            or OperationCanceledException)
        {
            // The server has taken the mail: a failed farewell must not send it twice.
        }
    }

    private string Report(IReadOnlyList<(MailboxAddress Recipient, SmtpResponse Response)> refused)
    {
        if (refused.Count == 0)
        {
            return $"{Server} accepted it";
        }

        var reasons = string.Join("; ", refused.Select(static one =>
            $"{one.Recipient.Address}: {(int)one.Response.StatusCode} {one.Response.Response.TrimEnd('.')}"));
        var isTemporary = refused.Any(static one => IsTemporary(one.Response.StatusCode));
        if (refused.Count == _recipients.Count || isTemporary)
        {
            if (isTemporary)
            {
                _recipients = [.. refused.Where(static one => IsTemporary(one.Response.StatusCode))
                    .Select(static one => one.Recipient)];
            }

            throw new AlertDeliveryException($"{Server} did not accept recipients: {reasons}.", isTemporary);
        }

        // The others have the mail. Another attempt would send it to them again.
        Log.RecipientsRefused(logger, settings.Name, Server, refused.Count, _recipients.Count, reasons);
        return $"{Server} accepted it, but not for {reasons}";
    }

    private static AlertChannelType<Settings> CreateType()
    {
        var type = new AlertChannelType<Settings>(
            "smtp", static (settings, logger) => new SmtpAlertChannel(settings, logger))
        {
            Check = static (settings, group, problems) =>
            {
                HttpChannelSettings.CheckCredentials(
                    settings.User, settings.Password ?? settings.TokenFile, group, problems);
                if (settings is { Password: not null, TokenFile: not null })
                {
                    problems.Add(group.Explain("give either PasswordFile or TokenFile"));
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
            .Text("From", "ADDRESS", string.Empty, "a mail address", "Sender.",
                static (o, text) => AlertMail.IsAddress(o.From = text))
            .Texts("To", "ADDRESS,...", [], "mail addresses, separated by commas", "Recipients.",
                static (o, texts) => o.To = texts, AlertMail.IsAddress)
            .Text("ImplicitTls", string.Empty, "true on port 465, else false", "true or false",
                "TLS from the first byte.", static (o, text) =>
                {
                    var isFlag = bool.TryParse(text, out var value);
                    o.ImplicitTls = isFlag ? value : null;
                    return isFlag;
                })
            .Flag("StartTls", true, "Require encryption by STARTTLS, without ImplicitTls.",
                static (o, value) => o.StartTls = value)
            .Text("CaFile", "FILE", string.Empty, "the path of a PEM file with a certificate",
                "Authority that signed the server's certificate.",
                static (o, path) => HttpChannelSettings.IsPem(o.CaFile = path))
            .Text("EhloName", "NAME", string.Empty, "a full domain name",
                "Name that introduces the collector to the server; by default its own, or its address.",
                static (o, text) => Uri.CheckHostName(o.EhloName = text) == UriHostNameType.Dns)
            .Text("User", "NAME", string.Empty, "a user name", "User of the mail server.",
                static (o, text) => (o.User = text).Length > 0)
            .Secret("Password", "The user's password.", static (o, secret) => o.Password = secret)
            .Text("TokenFile", "FILE", string.Empty, "the path of a readable file",
                "OAuth 2.0 access token instead of a password; read for each mail.",
                static (o, path) => OptionText.ReadFile(o.TokenFile = path, out _) is not null);
        return type;
    }

    private string Explain(Exception error) => error switch
    {
        SslHandshakeException { ServerCertificate: not null } => "its certificate is not trusted, or is not for "
            + $"{settings.Host}: {error.GetBaseException().Message} Give its authority as CaFile.",
        SslHandshakeException => "it does not speak TLS from the first byte on this port. "
            + "Give its port for that, mostly 465, or \"ImplicitTls\": false for STARTTLS.",
        AuthenticationException => $"it rejected User and PasswordFile or TokenFile: {error.Message} "
            + "Many providers want a password of its own for each program.",
        NotSupportedException when settings.StartTls => error.Message + " The mail is not sent unencrypted.",
        _ => error.GetBaseException() is var cause && cause != error
            && !error.Message.Contains(cause.Message, StringComparison.Ordinal)
            ? $"{error.Message} {cause.Message}"
            : error.Message,
    };

    private static bool IsTemporary(Exception error) => error switch
    {
        SmtpCommandException command => IsTemporary(command.StatusCode),
        AuthenticationException { InnerException: SmtpCommandException command } => IsTemporary(command.StatusCode),
        SslHandshakeException or AuthenticationException or NotSupportedException or InvalidOperationException => false,
        _ => true,
    };

    /// <summary>A reply of 4yz is temporary, one of 5yz is permanent.</summary>
    private static bool IsTemporary(SmtpStatusCode code) => (int)code < 500;

    /// <summary>The settings of mail.</summary>
    internal sealed record Settings : ChannelSettings
    {
        /// <inheritdoc/>
        /// <remarks>Even unencrypted: MimeKit's message ids are random numbers of OpenSSL.</remarks>
        public override bool NeedsOpenSsl => true;

        /// <summary>Gets or sets the mail server.</summary>
        public string? Host { get; set; }

        /// <summary>Gets or sets its port.</summary>
        public int Port { get; set; } = 587;

        /// <summary>Gets or sets a value indicating whether TLS begins with the first byte;
        /// <see langword="null"/> to decide by the port.</summary>
        public bool? ImplicitTls { get; set; }

        /// <summary>Gets or sets a value indicating whether encryption by STARTTLS is required.</summary>
        public bool StartTls { get; set; } = true;

        /// <summary>Gets or sets a PEM file of the authority that signed the server's certificate.</summary>
        public string? CaFile { get; set; }

        /// <summary>Gets or sets the name that introduces the collector to the server.</summary>
        public string? EhloName { get; set; }

        /// <summary>Gets or sets the user of the mail server.</summary>
        public string? User { get; set; }

        /// <summary>Gets or sets the user's password.</summary>
        public string? Password { get; set; }

        /// <summary>Gets or sets the file with the user's access token.</summary>
        public string? TokenFile { get; set; }

        /// <summary>Gets or sets the sender's mail address.</summary>
        public string? From { get; set; }

        /// <summary>Gets or sets the recipients' mail addresses.</summary>
        public IReadOnlyList<string> To { get; set; } = [];
    }
}
