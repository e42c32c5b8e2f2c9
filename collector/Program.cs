using System.Net.Sockets;
using System.Reflection;
using NodeTelemetry.Collector;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Hosting;

const int Usage = 64;
const int BadConfiguration = 78;
const int Failed = 1;

// Everything is declared by reading it once, so that the command line can be understood.
var declared = new OptionReader(new ConfigurationBuilder().Build());
CollectorOptions.Read(declared);
var line = CommandLine.Parse(args, declared.Definitions);
var version = typeof(
    CollectorOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

if (line.Given.Contains("--help"))
{
    HelpText.Write(Console.Out, declared.Definitions);
    return 0;
}

if (line.Given.Contains("--version"))
{
    Console.WriteLine($"nodetelemetry-collector {version}");
    return 0;
}

var (options, problems) = ConfigurationSources.Read(
    line, AppContext.BaseDirectory, Environment.GetEnvironmentVariable("CONFIGURATION_DIRECTORY"));
foreach (var problem in problems)
{
    Console.Error.WriteLine($"nodetelemetry-collector: {problem}");
}

if (problems.Count > 0)
{
    return BadConfiguration;
}

if (DeadLetterCommand.IsRequested(line.Words))
{
    return new DeadLetterCommand(options.Database, TimeProvider.System, Console.Out)
        .Run([.. line.Words.Skip(1)], Console.Error);
}

if (OpenSearchCommand.IsMeant(line.Words))
{
    return await new OpenSearchCommand(options, TimeProvider.System, Console.Out)
        .RunAsync(line.Words[1], CancellationToken.None);
}

if (line.Words is [TestAlertCommand.Name, .. var channels])
{
    return await TestAlertCommand.RunAsync(
        options.Alerts, options.Http.Page, channels, TimeProvider.System, Console.Out);
}

if (line.Words.Exists(static word => word != "run"))
{
    Console.Error.WriteLine(
        $"nodetelemetry-collector: '{string.Join(' ', line.Words)}' is no command; there are run, test-alert, "
        + "dead-letters, opensearch check and opensearch setup. See --help.");
    return Usage;
}

if (line.Given.Contains("--check-config"))
{
    Console.WriteLine("The configuration is good.");
    return 0;
}

try
{
    await using var application = new CollectorApplication(options, version, TimeProvider.System);
    await application.RunAsync();
    return 0;
}
catch (StartFailedException failure)
{
    Console.Error.WriteLine($"nodetelemetry-collector: {failure.Message}");
    return Failed;
}
catch (SocketException failure)
{
    Console.Error.WriteLine($"nodetelemetry-collector: the network cannot be used: {failure.Message}");
    return Failed;
}
