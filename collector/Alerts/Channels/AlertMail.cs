using System.Text;
using MimeKit;
using MimeKit.Text;
using MimeKit.Utils;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Composes the mail of a notification.</summary>
/// <remarks>
/// Source: RFC 5322. Large providers reject mail without Date, or with a Message-ID that lacks a real domain
/// (<c>550 5.7.1</c>), and treat a body with long lines or undeclared 8-bit text as forged.
/// </remarks>
internal static class AlertMail
{
    /// <summary>Composes a mail.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="from">The sender's address.</param>
    /// <param name="to">The recipients' addresses.</param>
    public static MimeMessage Compose(AlertNotification notification, string from, IEnumerable<string> to)
    {
        var sender = MailboxAddress.Parse(from);
        if (string.IsNullOrEmpty(sender.Name))
        {
            sender.Name = $"NodeTelemetry on {notification.Collector}";
        }

        var mail = new MimeMessage
        {
            Date = notification.At,
            MessageId = MimeUtils.GenerateMessageId(MailboxAddress.EncodeAddrspec(sender.Address).Split('@')[^1]),
            Body = new TextPart(TextFormat.Plain)
            {
                Text = notification.Body.ReplaceLineEndings("\r\n"),

                // Seven bits and short lines pass every relay unchanged, and signatures of a relay stay valid.
                ContentTransferEncoding = ContentEncoding.QuotedPrintable,
            },
        };
        mail.Headers.Replace(CreateSubject(notification.Title));
        mail.From.Add(sender);
        mail.To.AddRange(to.Select(static address => MailboxAddress.Parse(address)));

        // RFC 3834, and the header of Exchange: no automatic replies such as absence notices.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        if (notification.Severity == Rules.AlertSeverity.Critical && notification.Status == "firing")
        {
            mail.Importance = MessageImportance.High;
        }

        return mail;
    }

    private static Header CreateSubject(string title)
    {
        var words = EncodedWords.Encode(title);
        var header = new Header(HeaderId.Subject, title);
        if (words.Count > 1 || words[0] != title)
        {
            header.SetRawValue(Encoding.ASCII.GetBytes($" {string.Join("\r\n ", words)}\r\n"));
        }

        return header;
    }

    /// <summary>Determines whether a text is a mail address with a domain, with or without a name.</summary>
    public static bool IsAddress(string text) =>
        MailboxAddress.TryParse(ParserOptions.Default, text, out var address)
        && address.Address.IndexOf('@', StringComparison.Ordinal) > 0
        && !text.Any(char.IsControl);
}
