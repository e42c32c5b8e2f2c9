using System.Net.Sockets;
using System.Reflection;
using NodeTelemetry.Collector;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Hosting.Commands;

// EX_USAGE and EX_CONFIG of sysexits(3): after the latter systemd must not restart the collector.
const int Usage = 64;
const int BadConfiguration = 78;
const int Failed = 1;

var line = CommandLine.Parse(args, CollectorCommands.Program);
var version = typeof(CollectorOptions).Assembly
    .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
if (line.IsHelp || line.IsVersion)
{
    Console.WriteLine(line.IsHelp ? HelpText.Write(CollectorCommands.Program) : $"nodetelemetry-collector {version}");
    return 0;
}

if (line.Command.Name is CollectorCommands.Completion or CollectorCommands.Man && line.Problems.Count > 0)
{
    Console.Error.WriteLine(string.Join('\n', line.Problems));
    return Usage;
}

if (line.Command.Name == CollectorCommands.Man)
{
    Console.WriteLine(ManualPage.Write(CollectorCommands.Program, version));
    return 0;
}

if (line.Command.Name == CollectorCommands.Completion)
{
    if (line.Words.Count == 1
        && CompletionScript.Write(CollectorCommands.Program, line.Words[0]) is { } script)
    {
        Console.WriteLine(script);
        return 0;
    }

    Console.Error.WriteLine($"completion: name one shell: {string.Join(", ", CompletionScript.Shells)}.");
    return Usage;
}

var (options, problems) = CollectorConfiguration.Load(
    line, Environment.GetEnvironmentVariables(), AppContext.BaseDirectory, out var warnings);
foreach (var problem in problems)
{
    Console.Error.WriteLine($"nodetelemetry-collector: {problem}");
}

if (problems.Count > 0)
{
    return BadConfiguration;
}

if (line.Command.Name != CollectorCommands.Health && SqliteLibrary.FindProblem() is { } unusable)
{
    Console.Error.WriteLine($"nodetelemetry-collector: {unusable}");
    return Failed;
}

switch (line.Command.Name)
{
    case CollectorCommands.DeadLetters:
        return new DeadLetterCommand(options.Database, TimeProvider.System, Console.Out)
            .Run([.. line.Words], Console.Error);
    case CollectorCommands.Recover when line.Words is [var file]:
        return RecoverCommand.Run(options.Database, file, TimeProvider.System, Console.Out, Console.Error);
    case CollectorCommands.Recover:
        Console.Error.WriteLine(
            "nodetelemetry-collector: recover: give the damaged file, such as telemetry.db.damaged-20261130T120000Z.");
        return Usage;
    case CollectorCommands.OpenSearch when line.Words is ["check" or "setup"]:
        return await new OpenSearchCommand(options, TimeProvider.System, Console.Out)
            .RunAsync(line.Words[0], CancellationToken.None);
    case CollectorCommands.OpenSearch:
        Console.Error.WriteLine("nodetelemetry-collector: opensearch: give check or setup.");
        return Usage;
    case CollectorCommands.Health:
        return await HealthCommand.RunAsync(options.Http, Console.Out, Console.Error);
    case CollectorCommands.TestAlert:
        return await TestAlertCommand.RunAsync(
            options.Alerts, options.Http.Page, line.Words, TimeProvider.System, Console.Out);
}

if (line.IsCheckConfig)
{
    foreach (var warning in warnings)
    {
        Console.Error.WriteLine($"nodetelemetry-collector: {warning}");
    }

    Console.WriteLine("The configuration is valid.");
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
