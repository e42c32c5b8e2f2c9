using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;

// EX_CONFIG of sysexits(3): systemd must not start it again until a person has changed something.
const int BadConfiguration = 78;

// EX_USAGE of sysexits(3).
const int BadUsage = 64;

if (args is ["key", ..])
{
    return KeyCommand.Run(args[1..]);
}

var command = CommandLine.Read(args, out var arguments);
if (command is AgentCommand.Help or AgentCommand.Version)
{
    StandardStream.WriteOutput(
        command == AgentCommand.Help ? HelpText.Write() : $"nodetelemetry-agent {AgentSetup.Version}");
    return 0;
}

if (command == AgentCommand.Completion)
{
    var script = arguments.Count == 1 ? CompletionScript.Write(arguments[0]) : null;
    if (script is null)
    {
        StandardStream.WriteError($"completion: name one shell: {string.Join(", ", CompletionScript.Shells)}.");
        return BadUsage;
    }

    StandardStream.WriteOutput(script);
    return 0;
}

RenderRequest? render = null;
if (command == AgentCommand.Render && !RenderRequest.TryTake(arguments, out render, out var wrong))
{
    StandardStream.WriteError(wrong);
    return BadUsage;
}

var thermometer = 0.0;
if (command == AgentCommand.Calibrate && !CalibrateCommand.TryTake(arguments, out thermometer))
{
    StandardStream.WriteError(CalibrateCommand.Usage);
    return BadUsage;
}

var loaded = Load();
foreach (var problem in loaded.Problems)
{
    StandardStream.WriteError(problem);
}

if (loaded.Problems.Count > 0)
{
    return BadConfiguration;
}

if (command == AgentCommand.CheckConfig)
{
    foreach (var warning in loaded.Warnings)
    {
        StandardStream.WriteError(warning);
    }

    StandardStream.WriteOutput("The configuration is good.");
    return 0;
}

var time = TimeProvider.System;
var options = loaded.Options;
var logger =
    new StandardErrorLogger(options.LogLevel, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);
using var signals = new ShutdownSignals();
return command switch
{
    AgentCommand.Once => AgentRun.Once(options, signals, time, logger),
    AgentCommand.Render => RenderCommand.Run(render!, options, signals, time, logger),
    AgentCommand.Calibrate => CalibrateCommand.Run(thermometer, options, signals, time, logger),
    AgentCommand.Doctor => AgentRun.Examine(options, signals, time),
    _ => AgentRun.UntilStopped(loaded, Load, signals, time, logger),
};

OptionLoader Load() =>
    OptionLoader.Load(arguments, Environment.GetEnvironmentVariables(), AppContext.BaseDirectory);
