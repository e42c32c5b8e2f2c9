namespace System.Runtime.InteropServices;

/// <summary>Marks a method of a native library. Here the other half of each is written by hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibraryImportAttribute(string libraryName) : Attribute
{
    /// <summary>Gets the library.</summary>
    public string LibraryName { get; } = libraryName;

    /// <summary>Gets or sets the name of the function.</summary>
    public string? EntryPoint { get; set; }

    /// <summary>Gets or sets a value indicating whether errno is kept.</summary>
    public bool SetLastError { get; set; }
}
