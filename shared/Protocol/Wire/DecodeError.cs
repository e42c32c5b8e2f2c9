using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Why a datagram was rejected. The names are values of <c>…_datagrams_rejected_total{reason}</c>.</summary>
public enum DecodeError
{
    /// <summary>It was decoded.</summary>
    None,

    /// <summary>It is empty.</summary>
    Empty,

    /// <summary>It is longer than <see cref="WireLimits.ReceivedBytesMax"/>.</summary>
    TooLong,

    /// <summary>It is not UTF-8, or a string contains half a surrogate pair.</summary>
    NotUtf8,

    /// <summary>It is not JSON, starts with a byte order mark or is truncated.</summary>
    NotJson,

    /// <summary>It is JSON, but not an object.</summary>
    NotObject,

    /// <summary>It is nested deeper than <see cref="WireLimits.DepthMax"/>.</summary>
    TooDeep,

    /// <summary>Something follows the object.</summary>
    TrailingBytes,

    /// <summary>A required key is missing.</summary>
    MissingField,

    /// <summary>A known key has a value of another type.</summary>
    WrongType,

    /// <summary>A known key occurs twice in one object.</summary>
    DuplicateField,

    /// <summary>A number is not finite or does not fit its type,
    /// or an identity is not hexadecimal of the right length.</summary>
    OutOfRange,

    /// <summary>A string is longer than its limit.</summary>
    StringTooLong,

    /// <summary>A list or object has more members than its limit.</summary>
    TooManyItems,
}
