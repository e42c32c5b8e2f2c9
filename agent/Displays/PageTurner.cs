using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Which page is shown, and how bright: pages follow each other by themselves, since the Enviro has no
/// buttons; a key holds one; an alert is turned to at once.</summary>
/// <param name="model">The display.</param>
/// <param name="options">Its settings.</param>
/// <param name="time">The clock.</param>
internal sealed class PageTurner(DisplayModel model, DisplayOptions options, TimeProvider time)
{
    /// <summary>How long a page stays that somebody or an alert has turned to: long enough to read it twice.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(1);

    private long _turned = time.GetTimestamp();
    private long _woken = time.GetTimestamp();
    private bool _isHeld;
    private AlertLevel? _alert;
    private int _index;

    /// <summary>Gets the page that is shown.</summary>
    public Page Page => model.Pages[_index];

    /// <summary>Gets how bright it is.</summary>
    /// <param name="isNight">Whether a light would disturb.</param>
    public PanelLight Light(bool isNight) =>
        options.DimAfter is not { } limit || time.GetElapsedTime(_woken) < limit ? PanelLight.Full
        : isNight ? PanelLight.Off
        : PanelLight.Dim;

    /// <summary>Makes it bright again.</summary>
    public void Wake() => _woken = time.GetTimestamp();

    /// <summary>Turns to the next page, or the one before, because somebody wants it.</summary>
    public void Turn(int step)
    {
        Wake();
        Advance(step);
        _isHeld = true;
    }

    /// <summary>Goes on as time passes and as the collector says.</summary>
    public void Update(AlertLevel? alert)
    {
        var isWorse = alert >= AlertLevel.Warning && !(_alert >= alert);
        _alert = alert;
        if (isWorse)
        {
            Wake();
            ShowAlert();
        }
        else if (time.GetElapsedTime(_turned) >= (_isHeld ? HoldTime : options.PageTime) || IsHidden(Page))
        {
            Advance(1);
            _isHeld = false;
        }
    }

    private void ShowAlert()
    {
        for (var index = 0; index < model.Pages.Count; index++)
        {
            if (model.Pages[index].TellsAlerts)
            {
                _index = index;
                _isHeld = true;
                _turned = time.GetTimestamp();
            }
        }
    }

    private bool IsHidden(Page page) => page.IsOnlyForAlerts && !(_alert >= AlertLevel.Warning);

    private void Advance(int step)
    {
        do
        {
            _index = (_index + step + model.Pages.Count) % model.Pages.Count;
        }
        while (IsHidden(Page));

        _turned = time.GetTimestamp();
    }
}
