using System.Text;

namespace NodeTelemetry.Agent.Options;

/// <summary>Writes <c>--help</c> from the table of options.</summary>
internal static class HelpText
{
    /// <summary>Writes the whole help.</summary>
    public static string Write()
    {
        var text = new StringBuilder(
            """
            nodetelemetry-agent: reads what this node and its sensors are doing and multicasts it as JSON.

            Usage: nodetelemetry-agent [run | once | doctor | render | completion SHELL] [options]
                   nodetelemetry-agent calibrate CELSIUS [options]
                   nodetelemetry-agent key new FILE [NAME]

              run              sample and send until stopped (the default)
              once             print one sample as JSON and send nothing
              doctor           look for what is missing here, say what repairs it, and end with 0 (all is well),
                               1 (warnings) or 2 (errors)
              render           write the pages of a HAT's display as PNG; also without a HAT:
                                 --page NAME      one page; all by default
                                 --output PATH    the file, or the folder for all; the present one by default
                                 --from FILE      from a sample that once has printed, not from this node
                                 --scale NUMBER   columns and rows of each pixel, 1 to 100; by default 4 or 80
              calibrate CELSIUS
                               compare the sensors of a HAT with a thermometer beside it for a minute, and say which
                               option makes them agree
              completion       print the completion for bash, zsh or fish: source <(nodetelemetry-agent completion bash)
              key new FILE     make a key file to sign with; NAME stands in every datagram
              --check-config   check the configuration and end: 0 if it is good, 78 if not
              --version        print the version
              --help           print this

            Options may also stand in a file ("Interval": "2s") and in the environment (NODETELEMETRY_INTERVAL=2s);
            the command line goes before the environment, and the environment before the file. The file is the one
            of --config, or /etc/nodetelemetry/agent.json for the service, or appsettings.json beside the program.
            SIGHUP makes a running agent read it again. Durations are written 500ms, 2s, 1m, 1h or 00:00:02.


            """);
        foreach (var option in OptionTable.All)
        {
            text.Append("  --").Append(option.Name).Append(option.Argument.Length == 0 ? "" : " ")
                .AppendLine(option.Argument);
            text.Append("        ").Append(option.Help).AppendLine(".");
            text.Append("        Accepts: ").Append(option.Range).Append(". Default: ").Append(option.Default)
                .AppendLine(".");
        }

        text.AppendLine("  --config FILE");
        text.AppendLine("        JSON file with options, instead of the usual one.");
        text.AppendLine(
            "        Accepts: a readable file. Default: the usual one, if it exists.");
        return text.ToString().TrimEnd();
    }
}
