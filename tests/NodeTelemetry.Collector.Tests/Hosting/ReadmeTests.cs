using System.Text;
using Microsoft.Extensions.Configuration;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Hosting;

public sealed class ReadmeTests
{
    [Fact]
    public void The_documentation_lists_every_option_of_the_collector()
    {
        var reader = new OptionReader(new ConfigurationBuilder().Build());
        CollectorOptions.Read(reader);
        var rows = new StringBuilder("| option | default | accepts | what it does |\n|---|---|---|---|\n");
        foreach (var option in reader.Definitions)
        {
            // The default path depends on whose machine it is.
            var byDefault = option.Key == "Database:Path" ? "`telemetry.db` in the state folder"
                : option.Default.Length == 0 ? "none"
                : $"`{option.Default}`";
            rows.Append($"| `{option.Switch}` | {byDefault} | {option.Range} | {option.Help} |\n");
        }

        Assert.Null(DocumentBlock.Compare(Path.Combine("docs", "collector-options.md"), "collector options", rows.ToString()));
    }
}
