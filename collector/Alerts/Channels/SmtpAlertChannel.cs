using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Sends mail through a mail server.</summary>
/// <remarks>
/// Source: RFC 5321, RFC 3207 (STARTTLS). MailKit would also speak TLS from the first byte (port 465); it is not in the
/// registry that this is built from, and System.Net.Mail does not: use port 587 or 25.
/// </remarks>
internal sealed class SmtpAlertChannel(ChannelSettings settings) : IAlertChannel
{
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

        // Mail that programs send is marked, so that no absence notice answers it: RFC 3834.
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
            return $"{settings.Host}:{settings.Port} took it";
        }
        catch (SmtpException error)
        {
            throw new AlertDeliveryException(
                $"{settings.Host}:{settings.Port} did not take the mail: {Explain(error)}", IsTemporary(error), error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A connection is made for every mail.
    }

    private static string Explain(SmtpException error)
    {
        var cause = error.GetBaseException();
        return cause switch
        {
            AuthenticationException => $"its certificate is not accepted: {cause.Message}",
            _ when cause != error => $"{error.Message} {cause.Message}",
            _ => error.Message,
        };
    }

    /// <summary>A reply of 4yz asks for another attempt, one of 5yz refuses for good.</summary>
    private static bool IsTemporary(SmtpException error) => error.GetBaseException() switch
    {
        AuthenticationException => false,
        SocketException or IOException => true,
        _ => (int)error.StatusCode is > 0 and < 500,
    };
}
