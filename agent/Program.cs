using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Doctor;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Hosting.Commands;

// EX_CONFIG of sysexits(3): systemd must not restart the agent until the configuration has changed.
const int BadConfiguration = 78;

// EX_USAGE of sysexits(3).
const int BadUsage = 64;

var line = CommandLine.Parse(args, AgentCommands.Program);
if (line.IsHelp || line.IsVersion)
{
    StandardStream.WriteOutput(
        line.IsHelp ? HelpText.Write(AgentCommands.Program) : $"nodetelemetry-agent {AgentSetup.Version}");
    return 0;
}

string? usage = null;
RenderRequest? render = null;
var thermometer = 0.0;
switch (line.Command.Name)
{
    case AgentCommands.Key or AgentCommands.Completion or AgentCommands.Man when line.Problems.Count > 0:
        usage = string.Join('\n', line.Problems);
        break;
    case AgentCommands.Key:
        return KeyCommand.Run(line.Words);
    case AgentCommands.Man:
        StandardStream.WriteOutput(ManualPage.Write(AgentCommands.Program, AgentSetup.Version));
        return 0;
    case AgentCommands.Completion:
        if (line.Words.Count == 1 && CompletionScript.Write(AgentCommands.Program, line.Words[0]) is { } script)
        {
            StandardStream.WriteOutput(script);
            return 0;
        }

        usage = $"completion: name one shell: {string.Join(", ", CompletionScript.Shells)}.";
        break;
    case AgentCommands.Render:
        _ = RenderRequest.TryRead(line, out render, out usage);
        break;
    case AgentCommands.Calibrate:
        usage = CalibrateCommand.TryRead(line, out thermometer) ? null : CalibrateCommand.Usage;
        break;
}

if (usage is not null)
{
    StandardStream.WriteError(usage);
    return BadUsage;
}

var configuration = Load();
foreach (var problem in configuration.Problems)
{
    StandardStream.WriteError(problem);
}

if (configuration.Problems.Count > 0)
{
    return BadConfiguration;
}

if (line.IsCheckConfig)
{
    foreach (var warning in configuration.Warnings)
    {
        StandardStream.WriteError(warning);
    }

    StandardStream.WriteOutput("The configuration is valid.");
    return 0;
}

var options = configuration.Options;
if (options.Roots.IsUnmounted && line.Command.Name != AgentCommands.Doctor)
{
    StandardStream.WriteError(ContainerCheck.ExplainUnmounted(options.Roots));
    return BadConfiguration;
}

var time = TimeProvider.System;
var logger =
    new StandardErrorLogger(options.LogLevel, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);
using var signals = new ShutdownSignals();
return line.Command.Name switch
{
    AgentCommands.Once => OnceCommand.Run(options, signals, time, logger),
    AgentCommands.Render => RenderCommand.Run(render!, options, signals, time, logger),
    AgentCommands.Calibrate => CalibrateCommand.Run(thermometer, options, signals, time, logger),
    AgentCommands.Doctor => DoctorCommand.Run(options, signals, time),
    _ => AgentRun.UntilStopped(configuration, Load, signals, time, logger),
};

AgentConfiguration Load() =>
    AgentConfiguration.Load(line, Environment.GetEnvironmentVariables(), AppContext.BaseDirectory);
