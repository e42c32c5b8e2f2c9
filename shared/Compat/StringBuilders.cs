using System.Runtime.CompilerServices;

namespace System.Text;

/// <summary>Texts that are built from pieces.</summary>
internal static class StringBuilders
{
    extension(StringBuilder builder)
    {
        public StringBuilder Append(IFormatProvider? provider, [InterpolatedStringHandlerArgument(nameof(provider))]
            ref DefaultInterpolatedStringHandler handler) => builder.Append(handler.ToStringAndClear());

        public StringBuilder AppendJoin<T>(string separator, IEnumerable<T> values) =>
            builder.Append(string.Join(separator, values));
    }
}
