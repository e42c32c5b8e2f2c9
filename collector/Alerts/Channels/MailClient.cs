using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A connection to a mail server that delivers to the recipients that it accepts.</summary>
internal sealed class MailClient : SmtpClient
{
    private readonly List<(MailboxAddress Recipient, SmtpResponse Response)> _refused = [];

    /// <summary>Initializes a new instance of the <see cref="MailClient"/> class.</summary>
    /// <param name="caFile">A PEM file of the authority that signed the server's certificate.</param>
    public MailClient(string? caFile)
    {
        // Like browsers: a mail server must be reachable without its authority's list of revoked certificates.
        CheckCertificateRevocation = false;
        if (caFile is not null)
        {
            var authority = new PrivateAuthority(caFile);
            ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                authority.HasSigned(certificate, chain, errors);
        }
    }

    /// <summary>Gets the recipients that were not accepted.</summary>
    public IReadOnlyList<(MailboxAddress Recipient, SmtpResponse Response)> Refused => _refused;

    /// <summary>Connects to a server.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="port">Its port.</param>
    /// <param name="ehloName">The name to introduce itself with; <see langword="null"/> to choose one.</param>
    /// <param name="encryption">The encryption.</param>
    /// <param name="cancellation">Cancels it.</param>
    public async Task ConnectAsync(
        string host, int port, string? ehloName, SecureSocketOptions encryption, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        // RFC 5321, 4.1.4: a full domain name, or the address. Servers reject a short host name.
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        LocalDomain = ehloName ?? FindDomainName()
            ?? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes())).ToString();
        await ConnectAsync(socket, host, port, encryption, cancellation);
    }

    /// <inheritdoc/>
    protected override void OnRecipientNotAccepted(
        MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _refused.Add((mailbox, response));

    /// <inheritdoc/>
    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        // The caller reports the refused recipients.
    }

    private static string? FindDomainName()
    {
        var name = Dns.GetHostName();
        return name.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(name) == UriHostNameType.Dns
            && !name.Contains('_', StringComparison.Ordinal)
            ? name
            : null;
    }
}
