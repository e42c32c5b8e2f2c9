using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NodeTelemetry.TestKit;

/// <summary>A mail that a <see cref="MailServer"/> took.</summary>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's receivers.</param>
/// <param name="Text">Headers and body.</param>
/// <param name="IsEncrypted">Whether it came through TLS.</param>
/// <param name="User">The user that signed in; <see langword="null"/> for none.</param>
/// <param name="Ehlo">The name with which the client introduced itself last.</param>
public sealed record ReceivedMail(
    string From, IReadOnlyList<string> To, string Text, bool IsEncrypted, string? User, string Ehlo);

/// <summary>
/// A real, tiny SMTP server on loopback: RFC 5321 as far as a sender needs it, STARTTLS, TLS from the first byte, AUTH LOGIN, PLAIN,
/// XOAUTH2 and OAUTHBEARER.
/// </summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly bool _isImplicit;
    private readonly ConcurrentQueue<ReceivedMail> _mails = new();
    private readonly ConcurrentQueue<string> _replies = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private MailServer(X509Certificate2? certificate, int port, bool isImplicit)
    {
        _isImplicit = isImplicit;
        _certificate = certificate;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _loop = AcceptAsync();
    }

    /// <summary>Gets the port.</summary>
    public int Port { get; }

    /// <summary>Gets the mails, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails => [.. _mails];

    /// <summary>Gets or sets user and password that are asked for; <see langword="null"/> for none.</summary>
    public (string User, string Password)? Account { get; set; }

    /// <summary>Gets or sets how users can sign in.</summary>
    public string Mechanisms { get; set; } = "LOGIN";

    /// <summary>Gets the replies to recipients that are not accepted, by address; each is given once.</summary>
    public ConcurrentDictionary<string, string> Refused { get; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="certificate">Its certificate; <see langword="null"/> for no TLS.</param>
    /// <param name="port">The port, 0 for a free one.</param>
    /// <param name="isImplicit">Whether TLS begins with the first byte instead of with STARTTLS.</param>
    public static MailServer Start(X509Certificate2? certificate = null, int port = 0, bool isImplicit = false) =>
        new(certificate, port, isImplicit);

    /// <summary>Sets the replies to the next MAIL commands instead of 250.</summary>
    public void Enqueue(params ReadOnlySpan<string> replies)
    {
        foreach (var reply in replies)
        {
            _replies.Enqueue(reply);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            using var session = new Session(this, client.GetStream());
            await session.RunAsync(_stop.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone.
        }
    }

    private sealed class Session(MailServer server, Stream stream) : IDisposable
    {
        private readonly List<string> _to = [];
        private string _from = string.Empty;
        private string _ehlo = string.Empty;
        private string? _user;
        private bool _isEncrypted;
        private StreamReader _reader = new(stream, Encoding.Latin1);
        private StreamWriter _writer = Writer(stream);

        public async Task RunAsync(CancellationToken cancellation)
        {
            if (server._isImplicit)
            {
                await EncryptAsync(cancellation);
            }

            await _writer.WriteLineAsync("220 mail.test ESMTP");
            while (await _reader.ReadLineAsync(cancellation) is { } line)
            {
                var verb = line.Split(' ')[0].ToUpperInvariant();
                if (verb == "QUIT")
                {
                    await _writer.WriteLineAsync("221 bye");
                    return;
                }

                await AnswerAsync(verb, line, cancellation);
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _writer.Dispose();
        }

        private static StreamWriter Writer(Stream stream) => new(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };

        private static string Address(string line) => line.Split('<', '>')[1];

        private async Task AnswerAsync(string verb, string line, CancellationToken cancellation)
        {
            switch (verb)
            {
                case "EHLO":
                    _ehlo = line[5..];
                    await GreetAsync();
                    break;
                case "STARTTLS":
                    await _writer.WriteLineAsync("220 go ahead");
                    await EncryptAsync(cancellation);
                    break;
                case "AUTH":
                    await SignInAsync(line, cancellation);
                    break;
                case "MAIL":
                    _from = Address(line);
                    _to.Clear();
                    var isRefused = server.Account is not null && _user is null;
                    await _writer.WriteLineAsync(isRefused ? "530 sign in first"
                        : server._replies.TryDequeue(out var reply) ? reply : "250 ok");
                    break;
                case "RCPT" when server.Refused.TryRemove(Address(line), out var refusal):
                    await _writer.WriteLineAsync(refusal);
                    break;
                case "RCPT":
                    _to.Add(Address(line));
                    await _writer.WriteLineAsync("250 ok");
                    break;
                case "DATA":
                    await _writer.WriteLineAsync("354 go on");
                    await TakeAsync(cancellation);
                    await _writer.WriteLineAsync("250 taken");
                    break;
                default:
                    await _writer.WriteLineAsync("250 ok");
                    break;
            }
        }

        private async Task GreetAsync()
        {
            await _writer.WriteLineAsync("250-mail.test");
            if (server._certificate is not null && !_isEncrypted)
            {
                await _writer.WriteLineAsync("250-STARTTLS");
            }

            await _writer.WriteLineAsync("250-AUTH " + server.Mechanisms);
            await _writer.WriteLineAsync("250 8BITMIME");
        }

        private async Task EncryptAsync(CancellationToken cancellation)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = server._certificate }, cancellation);
            _reader = new StreamReader(secure, Encoding.Latin1);
            _writer = Writer(secure);
            _isEncrypted = true;
        }

        private async Task SignInAsync(string line, CancellationToken cancellation)
        {
            var words = line.Split(' ');
            if (words[1] is "XOAUTH2" or "OAUTHBEARER")
            {
                var parts = Decode(words[2]).Split('\u0001');
                var user = parts[0].Split('=')[^1].TrimEnd(',');
                await FinishAsync(user, parts[^3].Split(' ')[^1]);
                return;
            }

            if (words[1] == "PLAIN")
            {
                var given = Decode(words[2]).Split('\0');
                await FinishAsync(given[1], given[2]);
                return;
            }

            if (words.Length < 3)
            {
                await _writer.WriteLineAsync("334 VXNlcm5hbWU6");
            }

            var name = Decode(words.Length > 2 ? words[2] : await _reader.ReadLineAsync(cancellation));
            await _writer.WriteLineAsync("334 UGFzc3dvcmQ6");
            var password = Decode(await _reader.ReadLineAsync(cancellation));
            await FinishAsync(name, password);
        }

        private async Task FinishAsync(string user, string password)
        {
            _user = (user, password) == server.Account ? user : null;
            await _writer.WriteLineAsync(_user is null ? "535 wrong user or password" : "235 welcome");
        }

        private static string Decode(string? text) => Encoding.UTF8.GetString(Convert.FromBase64String(text ?? string.Empty));

        private async Task TakeAsync(CancellationToken cancellation)
        {
            var text = new StringBuilder();
            while (await _reader.ReadLineAsync(cancellation) is { } line && line != ".")
            {
                text.Append(line).Append('\n');
            }

            server._mails.Enqueue(new ReceivedMail(_from, [.. _to], text.ToString(), _isEncrypted, _user, _ehlo));
        }
    }
}
