using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Why a datagram was rejected. The names are the values of the label <c>reason</c>.</summary>
internal enum RejectReason
{
    /// <summary>See <see cref="DecodeError.Empty"/>.</summary>
    Empty = DecodeError.Empty,

    /// <summary>See <see cref="DecodeError.TooLong"/>.</summary>
    TooLong = DecodeError.TooLong,

    /// <summary>See <see cref="DecodeError.NotUtf8"/>.</summary>
    NotUtf8 = DecodeError.NotUtf8,

    /// <summary>See <see cref="DecodeError.NotJson"/>.</summary>
    NotJson = DecodeError.NotJson,

    /// <summary>See <see cref="DecodeError.NotObject"/>.</summary>
    NotObject = DecodeError.NotObject,

    /// <summary>See <see cref="DecodeError.TooDeep"/>.</summary>
    TooDeep = DecodeError.TooDeep,

    /// <summary>See <see cref="DecodeError.TrailingBytes"/>.</summary>
    TrailingBytes = DecodeError.TrailingBytes,

    /// <summary>See <see cref="DecodeError.MissingField"/>.</summary>
    MissingField = DecodeError.MissingField,

    /// <summary>See <see cref="DecodeError.WrongType"/>.</summary>
    WrongType = DecodeError.WrongType,

    /// <summary>See <see cref="DecodeError.DuplicateField"/>.</summary>
    DuplicateField = DecodeError.DuplicateField,

    /// <summary>See <see cref="DecodeError.OutOfRange"/>.</summary>
    OutOfRange = DecodeError.OutOfRange,

    /// <summary>See <see cref="DecodeError.StringTooLong"/>.</summary>
    StringTooLong = DecodeError.StringTooLong,

    /// <summary>See <see cref="DecodeError.TooManyItems"/>.</summary>
    TooManyItems = DecodeError.TooManyItems,

    /// <summary>The required signature is missing.</summary>
    MissingSignature,

    /// <summary>The signature does not match: forged, altered, or a different secret under the same name.</summary>
    BadSignature,

    /// <summary>The key is not in the keys file.</summary>
    UnknownKey,

    /// <summary>The signature is valid, but the key is not bound to this node.</summary>
    KeyNotForNode,

    /// <summary>It is a challenge, but no request was sent to its sender.</summary>
    UnexpectedChallenge,

    /// <summary>It belongs to an earlier run of its agent: a replay, or a very late datagram.</summary>
    OldRun,

    /// <summary>It is older than the window in which order and repetition can be determined.</summary>
    TooOld,

    /// <summary>
    /// Its sequence number or uptime is ahead of time: forged, or the collector was suspended.
    /// Its sender is accepted when it goes on.
    /// </summary>
    AheadOfTime,

    /// <summary>It is a repaired sample whose full one has not arrived: both are requested.</summary>
    Incomplete,

    /// <summary>The node is new, and the limit of nodes is reached.</summary>
    TooManyNodes,
}
