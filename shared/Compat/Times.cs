namespace System;

/// <summary>Times and durations.</summary>
internal static class Times
{
    extension(TimeSpan)
    {
        public static TimeSpan FromMicroseconds(double value) =>
            TimeSpan.FromTicks((long)(value * (TimeSpan.TicksPerMillisecond / 1000)));

        public static TimeSpan operator *(TimeSpan time, double factor) =>
            TimeSpan.FromTicks((long)Math.Round(time.Ticks * factor));

        public static TimeSpan operator *(double factor, TimeSpan time) => time * factor;

        public static TimeSpan operator /(TimeSpan time, double divisor) =>
            TimeSpan.FromTicks((long)Math.Round(time.Ticks / divisor));

        public static double operator /(TimeSpan time, TimeSpan divisor) => time.Ticks / (double)divisor.Ticks;
    }

    extension(DateTimeOffset time)
    {
        public DateTimeOffset AddMicroseconds(double value) => time + TimeSpan.FromMicroseconds(value);
    }

    extension(DateTimeOffset)
    {
        public static DateTimeOffset UnixEpoch => DateTimeOffset.FromUnixTimeSeconds(0);
    }
}
