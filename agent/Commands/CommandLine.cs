using NodeTelemetry.Agent.Run;

namespace NodeTelemetry.Agent.Commands;

/// <summary>Separates the command from the options.</summary>
internal static class CommandLine
{
    /// <summary>Finds the command; the rest are options.</summary>
    public static AgentCommand Read(IReadOnlyList<string> arguments, out List<string> options)
    {
        var command = AgentCommand.Run;
        options = [];
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--help" or "-h":
                    command = AgentCommand.Help;
                    break;
                case "--version" when command != AgentCommand.Help:
                    command = AgentCommand.Version;
                    break;
                case "--check-config" when command is AgentCommand.Run or AgentCommand.Once or AgentCommand.Doctor:
                    command = AgentCommand.CheckConfig;
                    break;
                case "once" when index == 0:
                    command = AgentCommand.Once;
                    break;
                case "doctor" when index == 0:
                    command = AgentCommand.Doctor;
                    break;
                case "render" when index == 0:
                    command = AgentCommand.Render;
                    break;
                case "calibrate" when index == 0:
                    command = AgentCommand.Calibrate;
                    break;
                case "completion" when index == 0:
                    command = AgentCommand.Completion;
                    break;
                case "run" when index == 0:
                    break;
                default:
                    options.Add(arguments[index]);
                    break;
            }
        }

        return command;
    }
}
