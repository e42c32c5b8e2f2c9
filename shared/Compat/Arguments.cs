using System.Runtime.CompilerServices;

namespace System;

/// <summary>Checks of arguments.</summary>
internal static class Arguments
{
    extension(ArgumentNullException)
    {
        public static void ThrowIfNull(
            object? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
        {
            if (argument is null)
            {
                throw new ArgumentNullException(name);
            }
        }
    }

    extension(ArgumentOutOfRangeException)
    {
        public static void ThrowIfEqual<T>(
            T value, T other, [CallerArgumentExpression(nameof(value))] string? name = null) =>
            ThrowIf(EqualityComparer<T>.Default.Equals(value, other), value, name);

        public static void ThrowIfNotEqual<T>(
            T value, T other, [CallerArgumentExpression(nameof(value))] string? name = null) =>
            ThrowIf(!EqualityComparer<T>.Default.Equals(value, other), value, name);

        public static void ThrowIfGreaterThanOrEqual<T>(
            T value, T other, [CallerArgumentExpression(nameof(value))] string? name = null)
            where T : IComparable<T> =>
            ThrowIf(value.CompareTo(other) >= 0, value, name);
    }

    extension(ObjectDisposedException)
    {
        public static void ThrowIf(bool condition, object instance)
        {
            if (condition)
            {
                throw new ObjectDisposedException(instance.GetType().FullName);
            }
        }
    }

    private static void ThrowIf<T>(bool condition, T value, string? name)
    {
        if (condition)
        {
            throw new ArgumentOutOfRangeException(name, value, message: null);
        }
    }
}
