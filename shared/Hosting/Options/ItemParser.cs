namespace NodeTelemetry.Hosting.Options;

/// <summary>Parses one item of a list.</summary>
/// <typeparam name="TItem">The kind of item.</typeparam>
/// <param name="text">The text of the item.</param>
/// <param name="item">The item.</param>
/// <returns>Whether it is accepted.</returns>
public delegate bool ItemParser<TItem>(string text, out TItem item);
