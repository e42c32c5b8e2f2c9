namespace System.Net;

/// <summary>Addresses.</summary>
internal static class Addresses
{
    extension(IPAddress address)
    {
        public bool TryWriteBytes(Span<byte> target, out int written)
        {
            var bytes = address.GetAddressBytes();
            written = bytes.AsSpan().TryCopyTo(target) ? bytes.Length : 0;
            return written > 0;
        }
    }

    extension(IPEndPoint)
    {
        /// <summary>Parses <c>1.2.3.4:80</c>, <c>[::1]:80</c>, or an address alone.</summary>
        public static bool TryParse(string text, out IPEndPoint? endPoint)
        {
            endPoint = null;
            var colon = text.LastIndexOf(':');
            var hasPort = colon > 0 && (text[colon - 1] == ']' || text.IndexOf(':') == colon);
            var port = 0;
            if (hasPort && !(int.TryParse(text.AsSpan(colon + 1), out port) && port is >= 0 and <= 0xFFFF))
            {
                return false;
            }

            if (!IPAddress.TryParse(hasPort ? text.Substring(0, colon) : text, out var address))
            {
                return false;
            }

            endPoint = new IPEndPoint(address, port);
            return true;
        }
    }
}
