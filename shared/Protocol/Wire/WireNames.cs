using System.Text.Json;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>The keys of a datagram outside the catalogue, in the order in which they are written,
/// then those of control datagrams. PROTOCOL.md explains each.</summary>
internal static class WireNames
{
    public static readonly JsonEncodedText Hostname = JsonEncodedText.Encode("hostname");
    public static readonly JsonEncodedText Version = JsonEncodedText.Encode("v");
    public static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");
    public static readonly JsonEncodedText Boot = JsonEncodedText.Encode("boot");
    public static readonly JsonEncodedText Run = JsonEncodedText.Encode("run");
    public static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("seq");
    public static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
    public static readonly JsonEncodedText Interval = JsonEncodedText.Encode("interval");
    public static readonly JsonEncodedText Uptime = JsonEncodedText.Encode("uptime");
    public static readonly JsonEncodedText Part = JsonEncodedText.Encode("part");
    public static readonly JsonEncodedText Full = JsonEncodedText.Encode("full");

    public static readonly JsonEncodedText About = JsonEncodedText.Encode("about");
    public static readonly JsonEncodedText Board = JsonEncodedText.Encode("board");
    public static readonly JsonEncodedText Architecture = JsonEncodedText.Encode("arch");
    public static readonly JsonEncodedText OperatingSystem = JsonEncodedText.Encode("os");
    public static readonly JsonEncodedText Kernel = JsonEncodedText.Encode("kernel");
    public static readonly JsonEncodedText Agent = JsonEncodedText.Encode("agent");
    public static readonly JsonEncodedText Cores = JsonEncodedText.Encode("cores");
    public static readonly JsonEncodedText Addresses = JsonEncodedText.Encode("addresses");
    public static readonly JsonEncodedText Hat = JsonEncodedText.Encode("hat");
    public static readonly JsonEncodedText Revision = JsonEncodedText.Encode("revision");
    public static readonly JsonEncodedText SerialHash = JsonEncodedText.Encode("serialhash");
    public static readonly JsonEncodedText Runtime = JsonEncodedText.Encode("runtime");
    public static readonly JsonEncodedText Role = JsonEncodedText.Encode("role");
    public static readonly JsonEncodedText Display = JsonEncodedText.Encode("display");

    public static readonly JsonEncodedText Labels = JsonEncodedText.Encode("labels");

    public static readonly JsonEncodedText Bye = JsonEncodedText.Encode("bye");
    public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    public static readonly JsonEncodedText Back = JsonEncodedText.Encode("back");

    public static readonly JsonEncodedText Signature = JsonEncodedText.Encode("sig");

    public static readonly JsonEncodedText Request = JsonEncodedText.Encode("ask");
    public static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
    public static readonly JsonEncodedText To = JsonEncodedText.Encode("to");
    public static readonly JsonEncodedText Alert = JsonEncodedText.Encode("alert");
    public static readonly JsonEncodedText TimeToLive = JsonEncodedText.Encode("ttl");
    public static readonly JsonEncodedText Requester = JsonEncodedText.Encode("asker");
    public static readonly JsonEncodedText Cookie = JsonEncodedText.Encode("cookie");
    public static readonly JsonEncodedText Count = JsonEncodedText.Encode("count");
}
