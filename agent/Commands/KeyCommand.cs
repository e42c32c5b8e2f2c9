using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>key new FILE</c>: creates a key file.</summary>
internal static class KeyCommand
{
    private const int Done = 0;

    // EX_USAGE and EX_CANTCREAT of sysexits(3).
    private const int Usage = 64;
    private const int CannotCreate = 73;

    // The framework's generator would load OpenSSL, which a node need not have.
    private const string RandomSource = "/dev/urandom";

    /// <summary>Creates a key file that only its owner can read. An existing file is not overwritten.</summary>
    /// <param name="arguments">The words after <c>key</c>: <c>new FILE [NAME]</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is not (["new", _] or ["new", _, _]))
        {
            StandardStream.WriteError("Usage: nodetelemetry-agent key new FILE [NAME]");
            return Usage;
        }

        var (path, name) = (arguments[1], arguments.Count == 3 ? arguments[2] : RandomName());
        if (!SignatureKey.IsId(System.Text.Encoding.UTF8.GetBytes(name)))
        {
            StandardStream.WriteError($"{name}: a key's name must be 1 to {SignatureKey.IdBytesMax} letters, digits, "
                + "points, dashes or underscores.");
            return Usage;
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = File.Open(path, options);
            file.Write(System.Text.Encoding.UTF8.GetBytes(KeyFile.Write(name, ReadRandom(SignatureKey.SecretBytes))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            StandardStream.WriteError(File.Exists(path)
                ? $"{path}: already exists and may be in use; give another name."
                : $"{path}: cannot be created; give a directory that exists and is writable.");
            return CannotCreate;
        }

        StandardStream.WriteOutput(
            $"Key {name} is in {path}. Give agents --key-file {path}, and the collector --trust-keys-file.");
        return Done;
    }

    private static string RandomName() => "k" + Convert.ToHexStringLower(ReadRandom(4));

    private static byte[] ReadRandom(int count)
    {
        var bytes = new byte[count];
        using var source = new FileStream(RandomSource, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        source.ReadExactly(bytes);
        return bytes;
    }
}
