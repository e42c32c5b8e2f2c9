using System.Globalization;

namespace System;

/// <summary>A time of day.</summary>
internal readonly struct TimeOnly(int hour, int minute) : IEquatable<TimeOnly>, IComparable<TimeOnly>, IFormattable
{
    private readonly int _minutes = (60 * hour) + minute;

    public int Hour => _minutes / 60;

    public int Minute => _minutes % 60;

    public static bool operator ==(TimeOnly left, TimeOnly right) => left.Equals(right);

    public static bool operator !=(TimeOnly left, TimeOnly right) => !left.Equals(right);

    public static bool operator <(TimeOnly left, TimeOnly right) => left._minutes < right._minutes;

    public static bool operator >(TimeOnly left, TimeOnly right) => left._minutes > right._minutes;

    public static bool operator <=(TimeOnly left, TimeOnly right) => left._minutes <= right._minutes;

    public static bool operator >=(TimeOnly left, TimeOnly right) => left._minutes >= right._minutes;

    /// <summary>Determines whether the time is in a range, which may include midnight.</summary>
    public bool IsBetween(TimeOnly start, TimeOnly end) =>
        start <= end ? start <= this && this < end : start <= this || this < end;

    /// <inheritdoc/>
    public bool Equals(TimeOnly other) => _minutes == other._minutes;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TimeOnly other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _minutes;

    /// <inheritdoc/>
    public int CompareTo(TimeOnly other) => _minutes.CompareTo(other._minutes);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        new DateTime(1, 1, 1, Hour, Minute, 0).ToString(format ?? "HH:mm", formatProvider);

    /// <inheritdoc/>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);
}
