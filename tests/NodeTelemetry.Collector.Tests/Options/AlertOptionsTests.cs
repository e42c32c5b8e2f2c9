using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Options;

public sealed class AlertOptionsTests
{
    [Fact]
    public void Without_options_there_are_the_default_rules_and_the_log()
    {
        var (options, problems) = Read("{}");
        Assert.Empty(problems);
        Assert.Equal(DefaultRules.All, options.Rules);
        Assert.Equal("log", Assert.Single(options.Channels).Type);
    }

    [Fact]
    public void Rules_are_added_changed_and_switched_off()
    {
        var (options, problems) = Read(
            """
            { "Alerts": { "Rules": {
                "hot": { "Above": 70, "Clear": 65, "For": "5m", "Severity": "critical" },
                "memory": { "Enabled": false },
                "node-lost": { "Severity": "warning", "Labels": { "role": "web" } },
                "cold": { "Reading": "temperatureCelsius", "Below": -5, "Nodes": "garden-*", "Text": "it freezes" }
            } } }
            """);
        Assert.Empty(problems);
        var rules = options.Rules.ToDictionary(static rule => rule.Name);
        Assert.Equal((70, 65, AlertSeverity.Critical), (rules["hot"].Above, rules["hot"].Clear, rules["hot"].Severity));
        Assert.Equal(TimeSpan.FromMinutes(5), rules["hot"].For);
        Assert.DoesNotContain("memory", rules.Keys);
        Assert.Equal("role=web", rules["node-lost"].Nodes.ToString());
        var cold = rules["cold"];
        Assert.Equal(("cpu_temperature_celsius", -5, null), (cold.Reading!.Name, cold.Below, cold.Above));
        Assert.Equal("hostname=garden-*", cold.Nodes.ToString());
        Assert.True(cold.IsBeyond(-6));
        Assert.True(cold.IsClear(-5));
    }

    [Fact]
    public void The_example_of_the_documentation_is_accepted()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["secret"], "tk_secret");
        File.WriteAllText(folder["chat.json"], """{ "text": "{{title}}" }""");
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "alerts.md"));
        var example = document[(document.IndexOf("```json\n", StringComparison.Ordinal) + 8)..];
        var (options, problems) = Read(example[..example.IndexOf("```", StringComparison.Ordinal)]
            .Replace("/run/credentials/nodetelemetry-collector.service/ntfy", folder["secret"], StringComparison.Ordinal)
            .Replace("/etc/nodetelemetry/chat.json", folder["chat.json"], StringComparison.Ordinal));
        Assert.Empty(problems);
        Assert.Equal(5, options.Channels.Count);
        Assert.Equal(DefaultRules.All.Count, options.Rules.Count);
        Assert.Single(options.Windows);
    }

    [Theory]
    [InlineData("""{ "x": { "Reading": "temperatureCelsius", "Above": 1, "Text": "a\nb" } }""", "Alerts:Rules:x:Text: ")]
    [InlineData("""{ "x": { "Above": 1 } }""", "Alerts:Rules:x:Reading: is missing")]
    [InlineData("""{ "x": { "Reading": "cpu_temp", "Above": 1 } }""", "Alerts:Rules:x:Reading: there is no reading \"cpu_temp\" (did you mean cpu_temperature_celsius")]
    [InlineData("""{ "x": { "Reading": "load1" } }""", "Alerts:Rules:x: give either Above or Below")]
    [InlineData("""{ "x": { "Reading": "load1", "Above": 1, "Below": 2 } }""", "Alerts:Rules:x: give either Above or Below")]
    [InlineData("""{ "x": { "Reading": "load1", "Above": 1, "Clear": 2 } }""", "Alerts:Rules:x:Clear: must not be beyond the limit")]
    [InlineData("""{ "x": { "Reading": "load1", "Above": "much" } }""", "Alerts:Rules:x:Above: \"much\" is not accepted; give a number")]
    [InlineData("""{ "hot": { "For": "soon" } }""", "Alerts:Rules:hot:For: \"soon\" is not accepted; give 0s to 30d")]
    [InlineData("""{ "hot": { "Severity": "bad" } }""", "Alerts:Rules:hot:Severity: \"bad\" is not accepted; give info, warning or critical")]
    [InlineData("""{ "hot": { "Abovve": 1 } }""", "Alerts:Rules:hot:Abovve: no such option here; there are Enabled,")]
    [InlineData("""{ "node-lost": { "Above": 1 } }""", "Alerts:Rules:node-lost:Above: no such option here")]
    [InlineData("""{ "hot": 80 }""", "Alerts:Rules:hot: \"80\" is not accepted; give an object of options")]
    [InlineData("""{ "a b": { "Enabled": false } }""", "Alerts:Rules:a b: \"a b\" is not a name")]
    [InlineData("""{ "hot": { "Labels": "rack" } }""", "Alerts:Rules:hot:Labels: \"rack\" is not accepted; give an object")]
    public void A_bad_rule_is_named_with_its_option(string rules, string problem) =>
        Assert.Contains(
            Read($$"""{ "Alerts": { "Rules": {{rules}} } }""").Problems,
            actual => actual.StartsWith(problem, StringComparison.Ordinal));

    [Fact]
    public void Channels_are_read_with_their_secrets()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["token"], "tk_secret\n");
        var (options, problems) = Read(
            $$"""
            { "Alerts": { "GroupWait": "10s", "Channels": {
                "phone": { "Type": "ntfy", "Address": "https://ntfy.example/cluster", "TokenFile": "{{folder["token"]}}",
                    "Severity": "critical", "Resolved": false },
                "am": { "Type": "alertmanager", "Address": "http://127.0.0.1:9093" },
                "mail": { "Type": "smtp", "Host": "mail.example", "From": "a@example.org", "To": "b@example.org,c@example.org",
                    "User": "me", "Password": "given by the environment", "Match": { "rack": "a" } },
                "log": { "Enabled": false }
            } } }
            """);
        Assert.Empty(problems);
        Assert.Equal(["am", "mail", "phone"], options.Channels.Select(static channel => channel.Name).Order());
        var phone = options.Channels.Single(static channel => channel.Name == "phone");
        Assert.Equal(("tk_secret", AlertSeverity.Critical, false), (((HttpChannelSettings)phone).Token, phone.Severity, phone.SendResolved));
        Assert.Equal(TimeSpan.FromSeconds(10), phone.GroupWait);
        var manager = options.Channels.Single(static channel => channel.Name == "am");
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(1)), (manager.GroupWait, manager.RepeatInterval));
        Assert.Equal((true, false), (manager.MustRefresh, phone.MustRefresh));
        Assert.Equal(2, ((SmtpAlertChannel.Settings)options.Channels.Single(static channel => channel.Name == "mail")).To.Count);
    }

    /// <summary>RFC 8314 recommends port 465, with TLS from the first byte.</summary>
    [Theory]
    [InlineData("\"Port\": 465", 465, null)]
    [InlineData("\"Port\": 465, \"StartTls\": false", 465, null)]
    [InlineData("\"Port\": 2465, \"ImplicitTls\": true", 2465, true)]
    public void Mail_on_the_port_of_TLS_needs_no_other_option(string options, int port, bool? isImplicit)
    {
        var (read, problems) = Read(
            $$"""{ "Alerts": { "Channels": { "x": { "Type": "smtp", "Host": "h", "From": "a@b.c", "To": "c@d.e", {{options}} } } } }""");
        Assert.Empty(problems);
        var mail = read.Channels.OfType<SmtpAlertChannel.Settings>().Single();
        Assert.Equal((port, isImplicit), (mail.Port, mail.ImplicitTls));
    }

    [Theory]
    [InlineData("""{ "x": {} }""", "Alerts:Channels:x:Type: is missing; give one of log, webhook")]
    [InlineData("""{ "x": { "Type": "pager" } }""", "Alerts:Channels:x:Type: \"pager\" is not accepted; give log, webhook")]
    [InlineData("""{ "x": { "Type": "webhook" } }""", "Alerts:Channels:x:Address: is missing")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "ftp://a" } }""", "Alerts:Channels:x:Address: \"ftp://a\" is not accepted")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "http://u:p@a" } }""", "Alerts:Channels:x:Address: \"http://u:p@a\" is not accepted")]
    [InlineData("""{ "x": { "Type": "ntfy", "Address": "http://a", "TokenFile": "/nowhere/x" } }""", "Alerts:Channels:x:TokenFile: \"/nowhere/x\" cannot be read")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "http://a", "TemplateFile": "/nowhere/x" } }""", "Alerts:Channels:x:TemplateFile: \"/nowhere/x\" cannot be read")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "http://a", "User": "u" } }""", "Alerts:Channels:x: User and PasswordFile belong together")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "http://a", "CaFile": "/nowhere/x" } }""", "Alerts:Channels:x:CaFile: \"/nowhere/x\" is not accepted")]
    [InlineData("""{ "x": { "Type": "smtp", "Host": "h" } }""", "Alerts:Channels:x: Host, From and To are needed for mail")]
    [InlineData("""{ "x": { "Type": "smtp", "Host": "h", "From": "a@b", "To": "c@d", "ImplicitTls": "maybe" } }""", "Alerts:Channels:x:ImplicitTls: \"maybe\" is not accepted; give true or false")]
    [InlineData("""{ "x": { "Type": "smtp", "Host": "h", "From": "a@b", "To": "c@d", "CaFile": "/nowhere/x" } }""", "Alerts:Channels:x:CaFile: \"/nowhere/x\" is not accepted")]
    [InlineData("""{ "x": { "Type": "smtp", "Host": "h", "From": "a@b", "To": "c" } }""", "Alerts:Channels:x:To: \"c\" is not accepted; give mail addresses")]
    [InlineData("""{ "x": { "Type": "webhook", "Address": "http://a", "TextLengthMax": 5 } }""", "Alerts:Channels:x:TextLengthMax: \"5\" is not accepted; give 100 to")]
    [InlineData("""{ "x": { "Type": "smtp", "Host": "h", "From": "no", "To": "c@d" } }""", "Alerts:Channels:x:From: \"no\" is not accepted; give a mail address")]
    [InlineData("""{ "x": { "Type": "log", "Adress": "http://a" } }""", "Alerts:Channels:x:Adress: no such option here")]
    public void A_bad_channel_is_named_with_its_option(string channels, string problem) =>
        Assert.Contains(
            Read($$"""{ "Alerts": { "Channels": {{channels}} } }""").Problems,
            actual => actual.StartsWith(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{ "x": { "Start": "2:30", "Duration": "1h", "Days": "Mon,Sun", "TimeZone": "UTC" } }""", null)]
    [InlineData("""{ "x": { "Duration": "1h" } }""", "Alerts:Maintenance:x: Start and Duration are needed")]
    [InlineData("""{ "x": { "Start": "25:00", "Duration": "1h" } }""", "Alerts:Maintenance:x:Start: \"25:00\" is not accepted")]
    [InlineData("""{ "x": { "Start": "2:30", "Duration": "2d" } }""", "Alerts:Maintenance:x:Duration: \"2d\" is not accepted; give 1m to 1d")]
    [InlineData("""{ "x": { "Start": "2:30", "Duration": "1h", "Days": "Mo" } }""", "Alerts:Maintenance:x:Days: \"Mo\" is not accepted")]
    [InlineData("""{ "x": { "Start": "2:30", "Duration": "1h", "TimeZone": "Mars" } }""", "Alerts:Maintenance:x:TimeZone: \"Mars\" is not accepted")]
    public void Windows_are_read(string windows, string? problem)
    {
        var (options, problems) = Read($$"""{ "Alerts": { "Maintenance": {{windows}} } }""");
        if (problem is null)
        {
            Assert.Empty(problems);
            Assert.Equal([DayOfWeek.Monday, DayOfWeek.Sunday], Assert.Single(options.Windows).Days);
        }
        else
        {
            Assert.Contains(problems, actual => actual.StartsWith(problem, StringComparison.Ordinal));
        }
    }

    // Berlin's clock is put forward on 29 March 2026 at 2:00 and back on 25 October at 3:00.
    [Theory]
    [InlineData("2026-03-29T00:29:00Z", false)]
    [InlineData("2026-03-29T01:30:00Z", true)]
    [InlineData("2026-03-29T02:29:00Z", true)]
    [InlineData("2026-03-29T02:30:00Z", false)]
    [InlineData("2026-07-05T00:30:00Z", true)]
    [InlineData("2026-07-05T00:29:59Z", false)]
    [InlineData("2026-07-06T00:30:00Z", false)]
    public void A_window_goes_by_the_clock_of_its_zone(string now, bool isOpen)
    {
        var window = new MaintenanceWindow(
            "x", AlertMatcher.All, [DayOfWeek.Sunday], new TimeOnly(2, 30), TimeSpan.FromHours(1),
            TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.Equal(isOpen, window.IsOpen(DateTimeOffset.Parse(now, null)));
    }

    [Fact]
    public void A_window_may_reach_into_the_next_day()
    {
        var window = new MaintenanceWindow(
            "x", AlertMatcher.All, [DayOfWeek.Saturday], new TimeOnly(23, 0), TimeSpan.FromHours(3), TimeZoneInfo.Utc);
        Assert.True(window.IsOpen(new DateTimeOffset(2026, 7, 5, 1, 59, 0, TimeSpan.Zero)));
        Assert.False(window.IsOpen(new DateTimeOffset(2026, 7, 5, 2, 0, 0, TimeSpan.Zero)));
        Assert.False(window.IsOpen(new DateTimeOffset(2026, 7, 4, 1, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("pi-*", "PI-01", true)]
    [InlineData("pi-?1", "pi-01", true)]
    [InlineData("pi-?1", "pi-1", false)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxbxx", false)]
    [InlineData("", "x", false)]
    [InlineData("", "", true)]
    public void Patterns_are_those_of_a_shell(string pattern, string text, bool isMatch) =>
        Assert.Equal(isMatch, Glob.IsMatch(pattern, text));

    [Theory]
    [InlineData("""{ "Http": { "Token": "short" } }""", "Http:TokenFile: the token has fewer than 16 characters")]
    [InlineData("""{ "Http": { "User": "u" } }""", "Http:User and Http:PasswordFile belong together")]
    [InlineData("""{ "Http": { "User": "u:v", "Password": "p" } }""", "Http:User: \"u:v\" is not accepted")]
    [InlineData("""{ "Http": { "RequireAuthentication": true } }""", "Http:RequireAuthentication needs Http:TokenFile")]
    [InlineData("""{ "Http": { "TokenFile": "/nowhere/x" } }""", "Http:TokenFile: \"/nowhere/x\" cannot be read")]
    [InlineData("""{ "Http": { "CertificateFile": "/nowhere/x" } }""", "Http:CertificateFile: \"/nowhere/x\" cannot be used with its key")]
    [InlineData("""{ "Http": { "CertificateKeyFile": "/nowhere/x" } }""", "Http:CertificateKeyFile needs Http:CertificateFile")]
    public void Bad_access_is_explained(string json, string problem) =>
        Assert.Contains(Read(json).Problems, actual => actual.StartsWith(problem, StringComparison.Ordinal));

    [Fact]
    public void A_secret_cannot_be_given_on_the_command_line()
    {
        var line = CommandLine.Parse(
            ["--http-token", "0123456789abcdef", "--http-password=x"], CollectorCommands.Program);
        Assert.Equal(2, line.Problems.Count(static problem => problem.Contains("no such option", StringComparison.Ordinal)));
        Assert.Empty(line.Values);
    }

    private static (CollectorOptions.AlertOptions Options, IReadOnlyList<string> Problems) Read(string json)
    {
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        sources.AddJson(System.Text.Encoding.UTF8.GetBytes(json), "f.json");
        var (options, problems) = CollectorConfiguration.Read(sources);
        return (options.Alerts, problems);
    }
}
