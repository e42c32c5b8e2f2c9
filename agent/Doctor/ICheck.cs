namespace NodeTelemetry.Agent.Doctor;

/// <summary>A check of <c>doctor</c>.</summary>
internal interface ICheck
{
    /// <summary>Gets the heading in the report.</summary>
    string Name { get; }

    /// <summary>Runs the check.</summary>
    /// <returns>The findings; none if the check does not apply to this node.</returns>
    IEnumerable<Finding> Run(DoctorContext context);
}
