using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace System;

/// <summary>The system below, and the runtime.</summary>
internal static class Platform
{
    private static readonly Random Random = new();

    extension(OperatingSystem)
    {
        public static bool IsWindows() => Environment.OSVersion.Platform == PlatformID.Win32NT;
    }

    extension(Marshal)
    {
        public static int GetLastPInvokeError() => Marshal.GetLastWin32Error();
    }

    extension(MemoryMarshal)
    {
        public static void Write<T>(Span<byte> target, in T value)
            where T : unmanaged
        {
            var copy = value;
            MemoryMarshal.AsBytes(new ReadOnlySpan<T>([copy])).CopyTo(target);
        }
    }

    extension(GC)
    {
        /// <remarks>Pinned for the life of the process.</remarks>
        public static T[] AllocateArray<T>(int length, bool pinned = false)
        {
            var array = new T[length];
            if (pinned)
            {
                GCHandle.Alloc(array, GCHandleType.Pinned);
            }

            return array;
        }

        public static T[] AllocateUninitializedArray<T>(int length) => new T[length];
    }

    extension(ExceptionDispatchInfo)
    {
        public static void Throw(Exception exception) => ExceptionDispatchInfo.Capture(exception).Throw();
    }

    extension(Enum)
    {
        public static T[] GetValues<T>()
            where T : struct => (T[])Enum.GetValues(typeof(T));
    }

    extension(Random)
    {
        /// <summary>Gets a generator that all threads share.</summary>
        public static Random Shared => Random;
    }

    extension(Random random)
    {
        public long NextInt64(long exclusiveMax)
        {
            lock (random)
            {
                return (long)(random.NextDouble() * exclusiveMax);
            }
        }
    }

    extension(ref HashCode hash)
    {
        public void AddBytes(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes)
            {
                hash.Add(value);
            }
        }
    }
}
