using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>
/// Who may use whom. Agent and collector never meet. Within each project every directory has a rule, nested ones too, and the
/// rules have no cycle. Uses are found by the names of types, so that a type of a parent namespace counts, although it
/// needs no using directive.
/// </summary>
public sealed partial class DependencyTests
{
    /// <summary>Everything: for the composition root.</summary>
    private const string Everything = "*";

    private static readonly Project[] Projects =
    [
        new("shared/Protocol", "NodeTelemetry.Protocol", new()
        {
            ["Catalog"] = ["Limits"],
            ["Catalog.Sections"] = ["Catalog", "Limits"],
            ["Limits"] = [],
            ["Readings"] = ["Catalog", "Catalog.Sections", "Limits"],
            ["Signing"] = [],
            ["Wire"] = ["Catalog", "Catalog.Sections", "Limits", "Readings", "Signing"],
        }),
        new("shared/Hosting", "NodeTelemetry.Hosting", new()
        {
            [string.Empty] = [],
            ["Commands"] = ["Options"],
            ["Options"] = [],
        }),
        new("agent", "NodeTelemetry.Agent", new()
        {
            // The composition root.
            [string.Empty] = [Everything],
            ["Bus"] = ["Kernel"],
            ["Commands"] =
            [
                "Devices", "Displays", "Displays.Drawing", "Doctor", "Hosting", "Kernel", "Options", "Run", "Sampling",
                "Sensors.Chips", "Sensors.Quality",
            ],
            ["Compat"] = [],
            ["Devices"] = ["Kernel"],
            ["Diagnostics"] = [],
            ["Displays"] = ["Devices", "Displays.Drawing", "Displays.Pages", "Displays.Panels", "Kernel", "Sensors.Chips"],
            ["Displays.Drawing"] = [],
            ["Displays.Pages"] = ["Displays.Drawing"],
            ["Displays.Panels"] = ["Devices", "Displays.Drawing"],
            ["Doctor"] = ["Devices", "Displays", "Displays.Panels", "Kernel", "Samplers", "Sampling", "Sensors.Chips"],
            ["Exposition"] = ["Diagnostics", "Kernel", "Samplers", "Sampling"],
            ["Hosting"] = ["Bus", "Kernel"],
            ["Kernel"] = [],
            ["Options"] = ["Displays", "Hosting", "Kernel", "Sensors.Quality", "Sensors.Streams", "Transport"],
            ["Run"] =
            [
                "Devices", "Diagnostics", "Displays", "Displays.Drawing", "Exposition", "Hosting", "Kernel", "Options",
                "Samplers", "Samplers.Board", "Samplers.Containers", "Samplers.Cpu", "Samplers.Disks", "Samplers.Memory",
                "Samplers.Network", "Samplers.System", "Samplers.Textfile", "Sampling", "Sensors", "Sensors.Chips", "Sensors.Iio",
                "Sensors.Streams", "Transport",
            ],
            ["Samplers"] = ["Kernel"],
            ["Samplers.Board"] = ["Kernel", "Samplers"],
            ["Samplers.Containers"] = ["Kernel", "Samplers"],
            ["Samplers.Cpu"] = ["Kernel", "Samplers"],
            ["Samplers.Disks"] = ["Kernel", "Samplers"],
            ["Samplers.Memory"] = ["Kernel", "Samplers"],
            ["Samplers.Network"] = ["Kernel", "Samplers"],
            ["Samplers.System"] =
            [
                "Bus", "Diagnostics", "Kernel", "Samplers", "Samplers.Board", "Samplers.Containers", "Samplers.Cpu",
                "Samplers.Network",
            ],
            ["Samplers.Textfile"] = ["Diagnostics", "Kernel", "Samplers"],
            ["Sampling"] = ["Diagnostics", "Samplers"],
            ["Sensors"] = ["Devices", "Kernel", "Samplers", "Sensors.Chips", "Sensors.Quality"],
            ["Sensors.Chips"] = ["Devices", "Kernel"],
            ["Sensors.Iio"] = ["Kernel", "Samplers", "Samplers.Board", "Sensors.Chips", "Sensors.Quality"],
            ["Sensors.Quality"] = ["Kernel", "Sensors.Chips"],
            ["Sensors.Streams"] = ["Devices", "Kernel", "Samplers", "Sensors.Chips", "Sensors.Quality"],
            ["Transport"] = ["Diagnostics", "Kernel"],
        }),
        new("collector", "NodeTelemetry.Collector", new()
        {
            // The composition root.
            [string.Empty] = [Everything],
            ["Alerts.Channels"] = ["Alerts.Rules", "Alerts.Storage", "Diagnostics", "Hosting"],
            ["Alerts.Engine"] =
            [
                "Alerts.Rules", "Alerts.Storage", "Diagnostics", "Hosting", "Nodes.Events", "Nodes.Registry", "Nodes.State",
                "Storage.Database",
            ],
            ["Alerts.Rules"] = ["Nodes.State"],
            ["Alerts.Storage"] = ["Alerts.Rules", "Storage.Database"],
            ["Commands"] =
            [
                "Alerts.Channels", "Alerts.Rules", "Diagnostics", "Export.Http", "Export.Indices", "Export.Settings",
                "Options", "Storage.Database", "Storage.History", "Storage.Outbox",
            ],
            ["Dashboard"] =
            [
                "Alerts.Channels", "Alerts.Engine", "Alerts.Rules", "Diagnostics", "Hosting", "Nodes.Events",
                "Nodes.Registry", "Nodes.State", "Storage.History", "Storage.Tables",
            ],
            ["Diagnostics"] = [],
            ["Export"] =
            [
                "Diagnostics", "Export.Documents", "Export.Http", "Export.Indices", "Export.Settings", "Nodes.Events",
                "Nodes.Registry", "Nodes.State", "Storage.Database", "Storage.Outbox",
            ],
            ["Export.Documents"] = ["Diagnostics", "Export.Settings", "Nodes.Events", "Nodes.Registry", "Nodes.State", "Storage.Outbox"],
            ["Export.Http"] = ["Diagnostics", "Export.Settings"],
            ["Export.Indices"] =
            [
                "Diagnostics", "Export.Documents", "Export.Http", "Export.Settings", "Hosting", "Nodes.Registry",
                "Nodes.State",
            ],
            ["Export.Settings"] = [],
            ["Exposition"] = ["Diagnostics", "Nodes.Registry", "Nodes.State"],
            ["Hosting"] = [],
            ["Ingest"] = ["Diagnostics", "Nodes.Registry", "Nodes.Silence", "Nodes.State"],
            ["Nodes.Events"] = [],
            ["Nodes.Registry"] = ["Diagnostics", "Nodes.Events", "Nodes.State"],
            ["Nodes.Repair"] = ["Diagnostics", "Nodes.Registry", "Nodes.State"],
            ["Nodes.Silence"] = ["Diagnostics", "Nodes.Events", "Nodes.Registry", "Nodes.State"],
            ["Nodes.State"] = ["Nodes.Events"],
            ["Options"] =
            [
                "Alerts.Channels", "Alerts.Rules", "Dashboard", "Export.Settings", "Hosting", "Ingest", "Nodes.Silence",
                "Storage.Database",
            ],
            ["Run"] =
            [
                "Alerts.Channels", "Alerts.Engine", "Alerts.Rules", "Alerts.Storage", "Dashboard", "Diagnostics", "Export",
                "Export.Indices", "Export.Settings", "Hosting", "Ingest", "Nodes.Events", "Nodes.Registry", "Nodes.State",
                "Options", "Storage.Database", "Storage.History", "Storage.Outbox", "Storage.Tables",
            ],
            ["Storage.Database"] = ["Diagnostics", "Hosting"],
            ["Storage.History"] = ["Diagnostics", "Nodes.Registry", "Storage.Database"],
            ["Storage.Outbox"] = ["Diagnostics", "Hosting", "Storage.Database"],
            ["Storage.Tables"] =
            [
                "Diagnostics", "Nodes.Events", "Nodes.Registry", "Nodes.State", "Storage.Database", "Storage.History",
            ],
        }),
    ];

    public static TheoryData<string> Roots => [.. Projects.Select(static project => project.Root)];

    [Theory]
    [MemberData(nameof(Roots))]
    public void Each_directory_has_a_rule_and_each_rule_a_directory(string root)
    {
        var project = Projects.Single(project => project.Root == root);

        Assert.Equal(
            ReadFiles(project).Select(static file => file.Directory).Distinct().Order(StringComparer.Ordinal),
            project.Rules.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Directories_use_only_what_they_may(string root)
    {
        var project = Projects.Single(project => project.Root == root);
        var wrong = new List<string>();
        foreach (var (path, from, to, type) in FindUses(project))
        {
            var allowed = project.Rules[from];
            if (!allowed.Contains(to) && !allowed.Contains(Everything))
            {
                wrong.Add($"{path} uses {type} of '{to}'.");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Rules_are_needed(string root)
    {
        var project = Projects.Single(project => project.Root == root);
        var used = FindUses(project).Select(static use => (use.From, use.To)).ToHashSet();
        var unused = project.Rules
            .SelectMany(static rule => rule.Value.Where(static to => to != Everything).Select(to => (rule.Key, to)))
            .Where(rule => !used.Contains(rule));

        Assert.Empty(unused);
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Rules_have_no_cycle(string root)
    {
        var rules = Projects.Single(project => project.Root == root).Rules;

        Assert.All(rules.Keys, name => Assert.DoesNotContain(name, FindReached(rules, name)));
    }

    [Fact]
    public void Agent_collector_and_shared_do_not_meet()
    {
        var wrong = SourceFiles.EndingWith(".cs")
            .Where(path =>
                (path.StartsWith("agent/", StringComparison.Ordinal) && Uses(path, "NodeTelemetry.Collector"))
                || (path.StartsWith("collector/", StringComparison.Ordinal) && Uses(path, "NodeTelemetry.Agent"))
                || (path.StartsWith("shared/", StringComparison.Ordinal)
                    && (Uses(path, "NodeTelemetry.Collector") || Uses(path, "NodeTelemetry.Agent")))
                || (path.StartsWith("shared/Protocol/", StringComparison.Ordinal) && Uses(path, "NodeTelemetry.Hosting")));

        Assert.Empty(wrong);
        Assert.DoesNotContain(
            "<PackageReference", SourceFiles.Read("shared/Protocol/NodeTelemetry.Protocol.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_is_its_directory()
    {
        var wrong = new List<string>();
        foreach (var project in Projects)
        {
            foreach (var (path, directory, text) in ReadFiles(project))
            {
                var expected = directory.Length == 0 ? project.Namespace : $"{project.Namespace}.{directory}";
                var declared = NamespaceLine().Match(text);
                if (declared.Success && declared.Groups[1].Value != expected)
                {
                    wrong.Add($"{path}: {declared.Groups[1].Value}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static bool Uses(string path, string name) => SourceFiles.Read(path).Contains(name + ".", StringComparison.Ordinal);

    /// <summary>Finds every use of a type of one directory in another one that can see it.</summary>
    private static IEnumerable<(string Path, string From, string To, string Type)> FindUses(Project project)
    {
        var files = ReadFiles(project).ToList();
        var types = files
            .SelectMany(static file => SourceFiles.TypeDeclaration().Matches(file.Text).Select(match => (Name: match.Groups["name"].Value, file.Directory)))
            .Distinct()
            .ToLookup(static type => type.Name, static type => type.Directory);
        foreach (var (path, directory, text) in files)
        {
            var visible = FindVisible(project, directory, text);
            foreach (var name in Identifier().Matches(Unused().Replace(text, string.Empty)).Select(static match => match.Value).Distinct())
            {
                foreach (var target in types[name].Where(target => target != directory && visible.Contains(target)))
                {
                    yield return (path, directory, target, name);
                }
            }
        }
    }

    private static HashSet<string> FindVisible(Project project, string directory, string text)
    {
        var visible = new HashSet<string> { string.Empty };
        for (var end = directory.Length; end > 0; end = directory.LastIndexOf('.', end - 1))
        {
            visible.Add(directory[..end]);
        }

        foreach (Match match in UsingLine().Matches(text))
        {
            var name = match.Groups["name"].Value;
            if (name.StartsWith(project.Namespace + ".", StringComparison.Ordinal))
            {
                var used = name[(project.Namespace.Length + 1)..];
                visible.Add(match.Groups["static"].Success ? used[..Math.Max(0, used.LastIndexOf('.'))] : used);
            }
        }

        return visible;
    }

    private static HashSet<string> FindReached(Dictionary<string, string[]> rules, string from)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(rules[from]);
        while (waiting.TryPop(out var name))
        {
            if (name != Everything && reached.Add(name))
            {
                foreach (var next in rules[name])
                {
                    waiting.Push(next);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<(string Path, string Directory, string Text)> ReadFiles(Project project) =>
        SourceFiles.EndingWith(".cs")
            .Where(path => path.StartsWith(project.Root + "/", StringComparison.Ordinal))
            .Select(path => (path, string.Join('.', path[(project.Root.Length + 1)..].Split('/')[..^1]), SourceFiles.Read(path)));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?<static>static )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*\b")]
    private static partial Regex Identifier();

    /// <summary>Comments and texts, which use nothing.</summary>
    [GeneratedRegex("//.*|\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Unused();

    private sealed record Project(string Root, string Namespace, Dictionary<string, string[]> Rules);
}
