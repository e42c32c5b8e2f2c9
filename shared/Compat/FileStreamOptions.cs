namespace System.IO;

/// <summary>How to open a file.</summary>
internal sealed class FileStreamOptions
{
    /// <summary>Gets or sets whether the file is created.</summary>
    public FileMode Mode { get; set; } = FileMode.Open;

    /// <summary>Gets or sets what is done with it.</summary>
    public FileAccess Access { get; set; } = FileAccess.Read;

    /// <summary>Gets or sets the permissions of a new file.</summary>
    public UnixFileMode? UnixCreateMode { get; set; }
}
