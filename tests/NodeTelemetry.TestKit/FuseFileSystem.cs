using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A real mount whose server, a thread of the test, responds to statfs(2) only on request:
/// it hangs callers like a failed NFS server or a stopped FUSE program. Needs root and /dev/fuse.
/// </summary>
/// <remarks>Source: include/uapi/linux/fuse.h of the kernel.</remarks>
public sealed partial class FuseFileSystem : IDisposable
{
    /// <summary>What it says of its space, in blocks of <see cref="BlockBytes"/>.</summary>
    public const ulong Blocks = 1000;

    /// <summary>The size of a block.</summary>
    public const uint BlockBytes = 4096;

    private const int Initialize = 26;
    private const int AskSpace = 17;
    private const int Forget = 2;
    private const int NotImplemented = 38;
    private const int Detach = 2;
    private const int ReadWrite = 0x80002;
    private const int RequestBytesMax = 1024 * 1024;
    private const int AnswerHeaderBytes = 16;

    private readonly ManualResetEventSlim _mayAnswer = new();
    private readonly int _descriptor;
    private readonly Thread _server;

    private FuseFileSystem(string path, int descriptor)
    {
        Path = path;
        _descriptor = descriptor;
        _server = new Thread(Serve) { IsBackground = true, Name = "fuse" };
        _server.Start();
    }

    /// <summary>Gets where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one that does not answer yet.</summary>
    /// <param name="reason">Why it could not be mounted.</param>
    public static FuseFileSystem? TryMount(out string reason)
    {
        reason = "A FUSE file system can only be mounted by root, with /dev/fuse, on Linux.";
        var device = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? Open(Text("/dev/fuse"), ReadWrite) : -1;
        if (device < 0)
        {
            return null;
        }

        var path = Directory.CreateTempSubdirectory("nodetelemetry-fuse-").FullName;
        var options = Text($"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other");
        if (Mount(Text("nodetelemetry"), Text(path), Text("fuse"), 0, options) != 0)
        {
            _ = Close(device);
            Directory.Delete(path);
            return null;
        }

        return new FuseFileSystem(path, device);
    }

    /// <summary>Lets it answer, from now on and what has been asked before.</summary>
    public void Answer() => _mayAnswer.Set();

    /// <summary>Makes it hang again.</summary>
    public void Hang() => _mayAnswer.Reset();

    /// <inheritdoc/>
    public void Dispose()
    {
        _mayAnswer.Set();
        _ = Unmount(Text(Path), Detach);
        _server.Join();
        _ = Close(_descriptor);
        Directory.Delete(Path);
        _mayAnswer.Dispose();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>Ends when the file system is unmounted: reading then fails.</summary>
    private void Serve()
    {
        var request = new byte[RequestBytesMax];
        while (Read(_descriptor, request, request.Length) > 0)
        {
            var answer = new byte[AnswerHeaderBytes + 80];
            var length = AnswerHeaderBytes;
            switch (BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(4)))
            {
                case Forget:
                    continue;
                case Initialize:
                    // fuse_init_out: the version, and a write buffer of 4096 bytes.
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(16), 7);
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(20), 31);
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(36), 4096);
                    length += 64;
                    break;
                case AskSpace:
                    // fuse_kstatfs: all, free and available blocks; files; sizes of a block.
                    _mayAnswer.Wait();
                    ulong[] counts = [Blocks, Blocks / 2, Blocks / 4, 100, 10];
                    for (var index = 0; index < counts.Length; index++)
                    {
                        BinaryPrimitives.WriteUInt64LittleEndian(answer.AsSpan(16 + (8 * index)), counts[index]);
                    }

                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(56), BlockBytes);
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(60), 255);
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(64), BlockBytes);
                    length += 80;
                    break;
                default:
                    BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(4), -NotImplemented);
                    break;
            }

            BinaryPrimitives.WriteInt32LittleEndian(answer, length);
            request.AsSpan(8, 8).CopyTo(answer.AsSpan(8));
            _ = Write(_descriptor, answer, length);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    private static partial int Mount(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, nuint flags, ReadOnlySpan<byte> data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true)]
    private static partial int Unmount(ReadOnlySpan<byte> target, int flags);
}
