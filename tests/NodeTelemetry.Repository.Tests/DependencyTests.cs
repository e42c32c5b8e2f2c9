using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>Who may use whom. Agent and collector never meet; within each, folders are namespaces and use only what stands here.</summary>
public sealed partial class DependencyTests
{
    private static readonly Dictionary<string, string[]> Collector = new()
    {
        // The composition root: the files beside Program.cs see everything.
        [string.Empty] = ["Alerts", "Commands", "Dashboard", "Diagnostics", "Export", "Exposition", "Hosting", "Ingest", "Nodes", "Options", "Run", "Storage"],
        ["Options"] = ["Alerts", "Dashboard", "Diagnostics", "Export", "Hosting", "Ingest", "Nodes", "Storage"],
        ["Commands"] = ["Alerts", "Dashboard", "Diagnostics", "Export", "Hosting", "Ingest", "Nodes", "Options", "Storage"],
        ["Run"] = ["Alerts", "Dashboard", "Diagnostics", "Export", "Exposition", "Hosting", "Ingest", "Nodes", "Options", "Storage"],
        ["Diagnostics"] = [],
        ["Hosting"] = [],
        ["Nodes"] = ["Diagnostics"],
        ["Ingest"] = ["Diagnostics", "Nodes"],
        ["Storage"] = ["Diagnostics", "Nodes"],
        ["Export"] = ["Diagnostics", "Nodes", "Storage"],
        ["Exposition"] = ["Diagnostics", "Nodes"],

        // Alerts and silences survive a restart.
        ["Alerts"] = ["Diagnostics", "Nodes", "Storage"],

        // The page shows the history, which only the storage has, and alerts.
        ["Dashboard"] = ["Alerts", "Diagnostics", "Nodes", "Storage"],
    };

    private static readonly Dictionary<string, string[]> Agent = new()
    {
        [string.Empty] = ["Bus", "Commands", "Compat", "Run", "Devices", "Diagnostics", "Displays", "Doctor", "Exposition", "Hosting", "Kernel", "Options", "Samplers", "Sampling", "Sensors", "Transport"],
        ["Diagnostics"] = [],
        ["Hosting"] = ["Bus", "Diagnostics", "Kernel"],
        ["Compat"] = [],
        ["Kernel"] = ["Diagnostics"],
        ["Commands"] = ["Devices", "Diagnostics", "Displays", "Doctor", "Hosting", "Kernel", "Options", "Run", "Samplers", "Sampling", "Sensors"],
        ["Run"] = ["Devices", "Diagnostics", "Displays", "Exposition", "Hosting", "Kernel", "Options", "Samplers", "Sampling", "Sensors", "Transport"],

        // Device files: lines of the header, serial ports, sound cards.
        ["Devices"] = ["Kernel"],

        // The system bus: asked for the reason of a stop, and for failed units.
        ["Bus"] = ["Kernel"],
        ["Options"] = ["Diagnostics", "Displays", "Hosting", "Kernel", "Sensors", "Transport"],
        ["Samplers"] = ["Bus", "Devices", "Diagnostics", "Kernel"],
        ["Sensors"] = ["Devices", "Diagnostics", "Kernel", "Samplers"],
        ["Sampling"] = ["Diagnostics", "Samplers"],

        // Pages are drawn from samples; the matrix of the Sense HAT hangs on the bus of its sensors.
        ["Displays"] = ["Devices", "Kernel", "Sensors"],
        ["Exposition"] = ["Diagnostics", "Kernel", "Samplers", "Sampling"],
        ["Doctor"] = ["Devices", "Diagnostics", "Displays", "Kernel", "Samplers", "Sampling", "Sensors"],

        // Interfaces are found in the kernel's files, so the sender reads them; it still knows bytes only, not readings.
        ["Transport"] = ["Diagnostics", "Kernel"],
    };

    private static readonly Dictionary<string, string[]> Protocol = new()
    {
        ["Limits"] = [],
        ["Catalog"] = ["Limits"],
        ["Readings"] = ["Catalog", "Limits"],
        ["Signing"] = ["Limits"],
        ["Wire"] = ["Catalog", "Limits", "Readings", "Signing"],
    };

    [Theory]
    [InlineData("collector", "NodeTelemetry.Collector")]
    [InlineData("agent", "NodeTelemetry.Agent")]
    [InlineData("shared/Protocol", "NodeTelemetry.Protocol")]
    public void Folders_use_only_what_they_may(string root, string rootNamespace)
    {
        var allowed = root switch { "agent" => Agent, "collector" => Collector, _ => Protocol };
        var wrong = new List<string>();
        foreach (var (path, place, text) in Files(root))
        {
            // A folder within a folder is part of it.
            var folder = place.Split('.')[0];
            if (!allowed.TryGetValue(folder, out var names))
            {
                wrong.Add($"{path}: folder '{folder}' has no rule; add one to {nameof(DependencyTests)}.");
                continue;
            }

            foreach (Match use in Regex.Matches(text, Regex.Escape(rootNamespace) + @"\.([A-Z]\w+)"))
            {
                var used = use.Groups[1].Value;
                if (used != folder && allowed.ContainsKey(used) && !names.Contains(used))
                {
                    wrong.Add($"{path} uses {used}.");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Agent_collector_and_protocol_do_not_meet()
    {
        var wrong = SourceFiles.EndingWith(".cs")
            .Where(path =>
                (path.StartsWith("agent/", StringComparison.Ordinal) && Uses(path, "NodeTelemetry.Collector"))
                || (path.StartsWith("collector/", StringComparison.Ordinal) && Uses(path, "NodeTelemetry.Agent"))
                || (path.StartsWith("shared/", StringComparison.Ordinal)
                    && (Uses(path, "NodeTelemetry.Collector") || Uses(path, "NodeTelemetry.Agent"))));

        Assert.Empty(wrong);
        Assert.DoesNotContain("<PackageReference", SourceFiles.Read("shared/Protocol/NodeTelemetry.Protocol.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void Definitions_do_not_use_the_sections_that_they_define() =>
        Assert.All(
            Files("shared/Protocol/Catalog").Where(static file => file.Folder.Length == 0),
            static file => Assert.DoesNotContain("Catalog.Sections", file.Text, StringComparison.Ordinal));

    [Fact]
    public void Rules_have_no_cycle()
    {
        foreach (var rules in (Dictionary<string, string[]>[])[Collector, Agent, Protocol])
        {
            Assert.All(rules.Keys.Where(static name => name.Length > 0), name => Assert.DoesNotContain(name, Reached(rules, name)));
        }
    }

    [Theory]
    [InlineData("Nodes")]
    [InlineData("Alerts")]
    public void Subfolders_of_a_collector_folder_have_no_cycle(string folder)
    {
        var uses = new Dictionary<string, string[]>();
        foreach (var files in Files("collector").Where(file => file.Folder.StartsWith(folder + ".", StringComparison.Ordinal)).GroupBy(static file => file.Folder))
        {
            var found = files.SelectMany(file => Regex.Matches(file.Text, $@"NodeTelemetry\.Collector\.({folder}\.[A-Z]\w+)"));
            uses[files.Key] = [.. found.Select(static match => match.Groups[1].Value).Where(name => name != files.Key).Distinct()];
        }

        Assert.NotEmpty(uses);
        Assert.All(uses.Keys, name => Assert.DoesNotContain(name, Reached(uses, name)));
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (var (root, rootNamespace) in (ReadOnlySpan<(string, string)>)[
            ("shared/Protocol", "NodeTelemetry.Protocol"), ("shared/Hosting", "NodeTelemetry.Hosting"), ("agent", "NodeTelemetry.Agent"), ("collector", "NodeTelemetry.Collector")])
        {
            foreach (var (path, folder, text) in Files(root))
            {
                var expected = folder.Length == 0 ? rootNamespace : $"{rootNamespace}.{folder}";
                var declared = NamespaceLine().Match(text);
                if (declared.Success && declared.Groups[1].Value != expected)
                {
                    wrong.Add($"{path}: {declared.Groups[1].Value}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    private static bool Uses(string path, string name) => SourceFiles.Read(path).Contains(name + ".", StringComparison.Ordinal);

    private static HashSet<string> Reached(Dictionary<string, string[]> rules, string from)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(rules[from]);
        while (waiting.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                foreach (var next in rules[name])
                {
                    waiting.Push(next);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<(string Path, string Folder, string Text)> Files(string root) =>
        SourceFiles.EndingWith(".cs")
            .Where(path => path.StartsWith(root + "/", StringComparison.Ordinal))
            .Select(path => (path, string.Join('.', path[(root.Length + 1)..].Split('/')[..^1]), SourceFiles.Read(path)));
}
