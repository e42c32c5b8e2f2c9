namespace NodeTelemetry.Agent.Doctor;

/// <summary>One thing that <c>doctor</c> looks at.</summary>
internal interface ICheck
{
    /// <summary>Gets its heading.</summary>
    string Name { get; }

    /// <summary>Looks.</summary>
    /// <returns>What was found; nothing if it does not concern this node.</returns>
    IEnumerable<Finding> Run(DoctorContext context);
}
