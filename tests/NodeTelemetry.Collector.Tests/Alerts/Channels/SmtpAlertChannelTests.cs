using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

/// <summary>Mail against a real server on loopback: what arrives, by which way, and what is reported on failure.</summary>
public sealed class SmtpAlertChannelTests
{
    private static readonly AlertNotification Notification = ChannelSamples.Notification(
        ChannelSamples.Alert(1, "küche-π-🚀: der Prozessor ist heiß (85.5 °C).", AlertSeverity.Critical));

    [Theory]
    [InlineData("LOGIN")]
    [InlineData("PLAIN")]
    [InlineData("PLAIN LOGIN NTLM GSSAPI XOAUTH2")]
    public async Task Mail_goes_out_with_each_kind_of_authentication(string mechanisms)
    {
        await using var server = MailServer.Start();
        server.Account = ("me", "sécret");
        server.Mechanisms = mechanisms;
        var mail = await SendAsync(server, Settings(server) with { User = "me", Password = "sécret" });

        Assert.Equal(("from@example.org", "me", false), (mail.From, mail.User, mail.IsEncrypted));
        Assert.Equal(["a@example.org", "b@example.org"], mail.To);
    }

    /// <summary>Providers that no longer accept passwords want an access token, which another program renews.</summary>
    [Theory]
    [InlineData("XOAUTH2")]
    [InlineData("OAUTHBEARER XOAUTH2")]
    public async Task Mail_goes_out_with_an_access_token_that_is_read_each_time(string mechanisms)
    {
        using var folder = new TempFolder();
        folder.Write("token", "first\n");
        await using var server = MailServer.Start();
        server.Mechanisms = mechanisms;
        server.Account = ("me@example.org", "second");
        using var channel = new SmtpAlertChannel(
            Settings(server) with { User = "me@example.org", TokenFile = folder["token"] }, NullLogger.Instance);
        await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        folder.Write("token", "second\n");
        await channel.SendAsync(Notification, default);
        Assert.Equal("me@example.org", Assert.Single(server.Mails).User);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_goes_out_encrypted_from_the_first_byte_or_by_STARTTLS(bool isImplicit)
    {
        using var folder = new TempFolder();
        using var certificate = TestCertificate.Make();
        await File.WriteAllTextAsync(folder["ca.pem"], certificate.ExportCertificatePem());
        await using var server = MailServer.Start(certificate, isImplicit: isImplicit);
        server.Account = ("me", "secret");
        var mail = await SendAsync(server, Settings(server) with
        {
            ImplicitTls = isImplicit,
            StartTls = true,
            CaFile = folder["ca.pem"],
            User = "me",
            Password = "secret",
        });
        Assert.True(mail.IsEncrypted);
    }

    /// <summary>What large providers check: RFC 5322's headers, a Message-ID with the sender's domain, short lines, declared text.</summary>
    [Fact]
    public async Task A_mail_is_what_providers_demand()
    {
        await using var server = MailServer.Start();
        var received = await SendAsync(server, Settings(server));
        Assert.All(received.Text.Split('\n'), static line => Assert.InRange(line.Length, 0, 78));
        Assert.All(received.Text, static character => Assert.InRange(character, '\n', '~'));

        using var mail = Parse(received);
        Assert.Equal(Notification.Title, mail.Subject);
        Assert.Equal(Notification.Body, mail.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(ChannelSamples.At, mail.Date);
        Assert.EndsWith("@example.org", mail.MessageId, StringComparison.Ordinal);
        Assert.Equal("\"NodeTelemetry on host\" <from@example.org>", mail.From.ToString());
        Assert.Equal("a@example.org, b@example.org", mail.To.ToString());
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Equal("1.0", mail.Headers["MIME-Version"]);
        Assert.Equal("utf-8", mail.Body!.ContentType.Charset);
        Assert.Matches(@"^(\[127\.0\.0\.1\]|[\w.-]+\.[\w-]+)$", received.Ehlo);
    }

    [Theory]
    [InlineData("küche")]
    [InlineData("日本語のノード名")]
    [InlineData("🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀")]
    [InlineData("=?UTF-8?B?Zm9yZ2Vk?= is not decoded")]
    public async Task A_subject_in_any_script_arrives(string text)
    {
        await using var server = MailServer.Start();
        var notification = ChannelSamples.Notification(ChannelSamples.Alert(1, string.Concat(Enumerable.Repeat(text + " ", 20))));
        using var mail = Parse(await SendAsync(server, Settings(server), notification));
        Assert.Equal(notification.Title.Trim(), mail.Subject!.Trim());
    }

    [Fact]
    public async Task A_line_break_in_a_text_does_not_reach_subject_and_headers()
    {
        await using var server = MailServer.Start();
        var broken = ChannelSamples.Notification(ChannelSamples.Alert(1, "one\r\ntwo\u2028three\tfour\r\n.\r\nQUIT"));
        var received = await SendAsync(server, Settings(server), broken);
        using var mail = Parse(received);
        Assert.Equal("one  two three four  .  QUIT", mail.Subject);
        Assert.Contains("Since 2026", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_international_domain_and_a_name_are_encoded()
    {
        await using var server = MailServer.Start();
        var received = await SendAsync(server, Settings(server) with
        {
            From = "Küche <pi@bücher.example>",
            To = ["me@bücher.example"],
            EhloName = "collector.example.org",
        });
        Assert.Equal(("pi@xn--bcher-kva.example", "collector.example.org"), (received.From, received.Ehlo));
        Assert.Equal(["me@xn--bcher-kva.example"], received.To);
        using var mail = Parse(received);
        Assert.Equal("Küche", mail.From.Mailboxes.Single().Name);
        Assert.EndsWith("@xn--bcher-kva.example", mail.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejected_mail_reports_the_reason()
    {
        using var certificate = TestCertificate.Make();
        await using var plain = MailServer.Start();
        await using var startTls = MailServer.Start(certificate);
        await using var tls = MailServer.Start(certificate, isImplicit: true);
        plain.Enqueue("451 busy", "550 never");

        Assert.Contains("busy", await FailAsync(Settings(plain), isTemporary: true), StringComparison.Ordinal);
        Assert.Contains("never", await FailAsync(Settings(plain), isTemporary: false), StringComparison.Ordinal);

        // A server without STARTTLS does not get a password in clear text.
        Assert.Contains(
            "not sent unencrypted",
            await FailAsync(Settings(plain) with { StartTls = true }, isTemporary: false),
            StringComparison.Ordinal);
        foreach (var settings in new[]
        {
            Settings(startTls) with { StartTls = true }, Settings(tls) with { ImplicitTls = true },
        })
        {
            Assert.Contains(
                "its certificate is not trusted", await FailAsync(settings, isTemporary: false), StringComparison.Ordinal);
        }

        Assert.Contains(
            "does not speak TLS", await FailAsync(Settings(plain) with { ImplicitTls = true }, isTemporary: false),
            StringComparison.Ordinal);
        Assert.NotEmpty(await FailAsync(Settings(plain) with { Port = 1 }, isTemporary: true));
        plain.Account = ("me", "secret");
        Assert.Contains(
            "it rejected User and PasswordFile or TokenFile",
            await FailAsync(Settings(plain) with { User = "me", Password = "wrong" }, isTemporary: false),
            StringComparison.Ordinal);
        Assert.Empty(plain.Mails);
        Assert.Empty(startTls.Mails);
        Assert.Empty(tls.Mails);
    }

    /// <summary>One wrong address must not cost the others the mail, nor send it to them every minute.</summary>
    [Fact]
    public async Task A_recipient_that_is_not_accepted_does_not_stop_the_others()
    {
        await using var server = MailServer.Start();
        server.Refused["a@example.org"] = "550 no such user";
        using var channel = new SmtpAlertChannel(Settings(server), NullLogger.Instance);
        Assert.Contains("a@example.org: 550 no such user", await channel.SendAsync(Notification, default), StringComparison.Ordinal);
        Assert.Equal(["b@example.org"], Assert.Single(server.Mails).To);
    }

    [Fact]
    public async Task A_recipient_that_is_accepted_later_gets_the_same_mail_once()
    {
        await using var server = MailServer.Start();
        server.Refused["a@example.org"] = "451 try again later";
        using var channel = new SmtpAlertChannel(Settings(server), NullLogger.Instance);
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        Assert.True(failure.IsTemporary);
        await channel.SendAsync(Notification, default);

        Assert.Equal([["b@example.org"], ["a@example.org"]], server.Mails.Select(static mail => mail.To));
        Assert.Single(server.Mails.Select(static mail => Parse(mail).MessageId).Distinct());
    }

    [Fact]
    public async Task Mail_without_any_accepted_recipient_is_not_delivered()
    {
        await using var server = MailServer.Start();
        server.Refused["a@example.org"] = "550 no such user";
        server.Refused["b@example.org"] = "550 no such user";
        Assert.Contains("b@example.org: 550", await FailAsync(Settings(server), isTemporary: false), StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    private static async Task<ReceivedMail> SendAsync(
        MailServer server, SmtpAlertChannel.Settings settings, AlertNotification? notification = null)
    {
        using var channel = new SmtpAlertChannel(settings, NullLogger.Instance);
        await channel.SendAsync(notification ?? Notification, default);
        return Assert.Single(server.Mails);
    }

    private static async Task<string> FailAsync(SmtpAlertChannel.Settings settings, bool isTemporary)
    {
        using var channel = new SmtpAlertChannel(settings, NullLogger.Instance);
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        Assert.True(isTemporary == failure.IsTemporary, failure.Message);
        return failure.Message;
    }

    private static MimeMessage Parse(ReceivedMail mail) =>
        MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(mail.Text)));

    private static SmtpAlertChannel.Settings Settings(MailServer server) => new()
    {
        Name = "x",
        Type = "smtp",
        Host = "localhost",
        Port = server.Port,
        StartTls = false,
        From = "from@example.org",
        To = ["a@example.org", "b@example.org"],
    };
}
