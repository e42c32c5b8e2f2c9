namespace NodeTelemetry.Agent.Diagnostics;

/// <summary>The counters that everyone in the agent may add to.</summary>
internal sealed class AgentMetrics
{
    private readonly long[] _requestsRefused = new long[Enum.GetValues<ControlRefusal>().Length];
    private long _samples;
    private long _ticksSkipped;
    private long _samplersFailed;
    private long _datagramsSent;
    private long _sendsFailed;
    private long _bytesSent;
    private long _interfacesRefused;
    private long _sectionsDropped;
    private long _textfilesDropped;
    private long _requestsAnswered;
    private long _repairsSent;
    private long _scrapes;
    private long _scrapesRefused;

    /// <summary>Gets the samples that were taken.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Gets the ticks that passed while an earlier one was still at work,
    /// or while the machine slept.</summary>
    public long TicksSkipped => Interlocked.Read(ref _ticksSkipped);

    /// <summary>Gets how often a sampler failed.</summary>
    public long SamplersFailed => Interlocked.Read(ref _samplersFailed);

    /// <summary>Gets the datagrams sent, one for each output.</summary>
    public long DatagramsSent => Interlocked.Read(ref _datagramsSent);

    /// <summary>Gets the datagrams that could not be sent, one for each output.</summary>
    public long SendsFailed => Interlocked.Read(ref _sendsFailed);

    /// <summary>Gets the bytes sent, without headers.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Gets how often an interface could not be used: no socket, or too many interfaces.</summary>
    public long InterfacesRefused => Interlocked.Read(ref _interfacesRefused);

    /// <summary>Gets the sections and entries for which a sample had no room.</summary>
    public long SectionsDropped => Interlocked.Read(ref _sectionsDropped);

    /// <summary>Gets the textfiles and series of textfiles that were left out, each time that they were read.</summary>
    public long TextfilesDropped => Interlocked.Read(ref _textfilesDropped);

    /// <summary>Gets the earlier datagrams that were sent again because a collector had asked for them.</summary>
    public long RepairsSent => Interlocked.Read(ref _repairsSent);

    /// <summary>Gets the replies to requests, and the alert levels accepted from collectors.</summary>
    public long RequestsAnswered => Interlocked.Read(ref _requestsAnswered);

    /// <summary>Gets the requests that were not answered, whatever the reason.</summary>
    public long RequestsRefused
    {
        get
        {
            var sum = 0L;
            foreach (ref var count in _requestsRefused.AsSpan())
            {
                sum += Interlocked.Read(ref count);
            }

            return sum;
        }
    }

    /// <summary>Gets the requests that were not answered for <paramref name="reason"/>.</summary>
    public long RequestsRefusedFor(ControlRefusal reason) => Interlocked.Read(ref _requestsRefused[(int)reason]);

    /// <summary>Gets the pages of metrics that were served.</summary>
    public long Scrapes => Interlocked.Read(ref _scrapes);

    /// <summary>Gets the requests for metrics that were refused, took too long or broke off.</summary>
    public long ScrapesRefused => Interlocked.Read(ref _scrapesRefused);

    /// <summary>Counts a sample.</summary>
    public void AddSample() => Interlocked.Increment(ref _samples);

    /// <summary>Counts skipped ticks.</summary>
    public void AddTicksSkipped(long count) => Interlocked.Add(ref _ticksSkipped, count);

    /// <summary>Counts a failed sampler.</summary>
    public void AddSamplerFailed() => Interlocked.Increment(ref _samplersFailed);

    /// <summary>Counts a datagram sent.</summary>
    public void AddSent(int bytes)
    {
        Interlocked.Increment(ref _datagramsSent);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    /// <summary>Counts a datagram not sent.</summary>
    public void AddSendFailed() => Interlocked.Increment(ref _sendsFailed);

    /// <summary>Counts an interface that could not be used.</summary>
    public void AddInterfaceRefused() => Interlocked.Increment(ref _interfacesRefused);

    /// <summary>Counts an earlier datagram that was sent again.</summary>
    public void AddRepairSent() => Interlocked.Increment(ref _repairsSent);

    /// <summary>Counts a page of metrics.</summary>
    public void AddScrape() => Interlocked.Increment(ref _scrapes);

    /// <summary>Counts a request for metrics that was not answered with them.</summary>
    public void AddScrapeRefused() => Interlocked.Increment(ref _scrapesRefused);

    /// <summary>Counts sections and entries for which there was no room.</summary>
    public void AddSectionsDropped(long count) => Interlocked.Add(ref _sectionsDropped, count);

    /// <summary>Counts textfiles and series that were left out.</summary>
    public void AddTextfilesDropped(long count) => Interlocked.Add(ref _textfilesDropped, count);

    /// <summary>Counts a request that was answered.</summary>
    public void AddRequestAnswered() => Interlocked.Increment(ref _requestsAnswered);

    /// <summary>Counts a request that was not answered.</summary>
    public void AddRequestRefused(ControlRefusal reason) => Interlocked.Increment(ref _requestsRefused[(int)reason]);
}
