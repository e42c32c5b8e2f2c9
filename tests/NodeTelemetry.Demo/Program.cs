using NodeTelemetry.Demo;

// Starts the system on this machine: build.sh calls it for its verbs run and demo.
switch (args)
{
    case ["run", .. var options]:
        return await Stage.RunAsync(options);
    case ["demo", .. var options]:
        return await Stage.DemoAsync(options);
    default:
        Console.Error.WriteLine("usage: run | demo, then options for the collector, such as --http-port 8078");
        return 64;
}
