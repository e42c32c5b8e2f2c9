namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>What is wrong with a line of a textfile.</summary>
internal enum TextfileError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not UTF-8.</summary>
    NotUtf8,

    /// <summary>It does not start with the name of a metric.</summary>
    BadName,

    /// <summary>Its labels are not <c>{name="value",…}</c>.</summary>
    BadLabels,

    /// <summary>There is no number after the name.</summary>
    BadValue,

    /// <summary>There is a time after the value: a textfile has the age of its file.</summary>
    HasTime,

    /// <summary>The series has had a value in an earlier line.</summary>
    Repeated,

    /// <summary>Its TYPE is none of counter, gauge, histogram, summary and untyped.</summary>
    BadType,
}
