using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Options;

/// <summary>Reads one channel of <c>Alerts:Channels</c>.</summary>
internal static class AlertChannelOptions
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reads it; <see langword="null"/> when it cannot be used, which is then among the problems.</summary>
    public static ChannelSettings? Read(OptionGroup group, ChannelSettings defaults)
    {
        var types = string.Join(", ", ChannelSettings.Types);
        var type = group.Text("Type", types, static text => ChannelSettings.Types.Contains(text))
            ?? (group.Name == "log" ? "log" : null);
        if (type is null)
        {
            if (!group.Has("Type"))
            {
                group.AddProblem("Type", $"is missing; give one of {types}.");
            }

            return null;
        }

        var isAlertmanager = type == "alertmanager";
        var settings = new ChannelSettings
        {
            Name = group.Name,
            Type = type,
            Severity = group.Text(
                "Severity", AlertSeverityNames.Range, static text => AlertSeverityNames.TryParse(text, out _))
                is { } severity && AlertSeverityNames.TryParse(severity, out var least) ? least : AlertSeverity.Info,
            Match = AlertRuleOptions.Matcher(group, "Match"),
            SendResolved = group.Flag("Resolved") ?? true,
            GroupWait = group.Duration("GroupWait", TimeSpan.Zero, TimeSpan.FromHours(1))
                ?? (isAlertmanager ? TimeSpan.Zero : defaults.GroupWait),

            // An Alertmanager groups by itself; five seconds only keep a storm from being many requests.
            GroupInterval = group.Duration("GroupInterval", TimeSpan.FromSeconds(1), Day)
                ?? (isAlertmanager ? TimeSpan.FromSeconds(5) : defaults.GroupInterval),
            RepeatInterval = group.Duration("RepeatInterval", TimeSpan.FromSeconds(10), TimeSpan.FromDays(365))
                ?? (isAlertmanager ? AlertmanagerChannel.ResendInterval : defaults.RepeatInterval),
            Timeout = group.Duration("Timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5))
                ?? defaults.Timeout,
        };
        return type switch
        {
            "log" => settings,
            "smtp" => ReadSmtp(group, settings),
            _ => ReadHttp(group, settings),
        };
    }

    private static ChannelSettings? ReadHttp(OptionGroup group, ChannelSettings settings)
    {
        var address = group.Text(
            "Address", "an http:// or https:// address without user and password",
            static text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                && uri.UserInfo.Length == 0);
        settings = settings with
        {
            CaFile = group.Text("CaFile", "a path of a PEM file with a certificate", IsPem),
            Token = group.Secret("Token"),
            User = group.Text("User", "a user name", static text => text.Length > 0),
            Password = group.Secret("Password"),
            Template = settings.Type == "webhook" ? ReadTemplate(group) : WebhookTemplate.Default,
        };
        CheckCredentials(group, settings);
        if (address is not null)
        {
            return settings with { Address = new Uri(address) };
        }

        if (!group.Has("Address"))
        {
            group.AddProblem("Address", "is missing; give the http:// or https:// address to post to.");
        }

        return null;
    }

    private static ChannelSettings? ReadSmtp(OptionGroup group, ChannelSettings settings)
    {
        var host = group.Text("Host", "a host name", static text => Uri.CheckHostName(text) != UriHostNameType.Unknown);
        var port = group.Integer("Port", 1, 65_535) ?? 587;
        var from = group.Text("From", "a mail address", static text => MailAddress.TryCreate(text, out _));
        var to = group.List(
            "To", "mail addresses, separated by commas", static text => MailAddress.TryCreate(text, out _));
        settings = settings with
        {
            Host = host,
            Port = port,
            From = from,
            To = to,
            StartTls = group.Flag("StartTls") ?? true,
            User = group.Text("User", "a user name", static text => text.Length > 0),
            Password = group.Secret("Password"),
        };
        CheckCredentials(group, settings);
        if (port == 465)
        {
            group.AddProblem("Port", "TLS from the first byte is not supported; give 587 or 25, with STARTTLS.");
        }

        if (host is not null && from is not null && to.Count > 0)
        {
            return settings;
        }

        group.AddProblem(null, "Host, From and To are needed for mail.");
        return null;
    }

    private static void CheckCredentials(OptionGroup group, ChannelSettings settings)
    {
        if ((settings.User is null) != (settings.Password is null))
        {
            group.AddProblem(null, "User and PasswordFile belong together.");
        }

        if (settings is { User: not null, Token: not null })
        {
            group.AddProblem(null, "give either TokenFile or User and PasswordFile.");
        }
    }

    private static WebhookTemplate ReadTemplate(OptionGroup group)
    {
        if (group.Text("TemplateFile", "a path of a readable JSON file", static _ => true) is not { } path)
        {
            return WebhookTemplate.Default;
        }

        try
        {
            var text = new FileInfo(path).Length <= WebhookTemplate.LengthMax
                ? File.ReadAllText(path)
                : throw new IOException($"It is longer than {WebhookTemplate.LengthMax} bytes.");
            if (WebhookTemplate.Read(text, out var problem) is { } template)
            {
                return template;
            }

            group.AddProblem("TemplateFile", $"'{path}' cannot be used: {problem}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            group.AddProblem("TemplateFile", $"'{path}' cannot be read: {error.Message}");
        }

        return WebhookTemplate.Default;
    }

    private static bool IsPem(string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0;
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // The message names the option, the path and what is wanted.
            return false;
        }
    }
}
