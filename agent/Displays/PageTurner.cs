using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>Selects page and brightness: pages turn automatically, since the Enviro has no buttons; a key holds a page;
/// an alert is shown at once.</summary>
/// <param name="model">The display model.</param>
/// <param name="options">The settings.</param>
/// <param name="time">The clock.</param>
internal sealed class PageTurner(DisplayModel model, DisplayOptions options, TimeProvider time)
{
    /// <summary>How long a page stays that a key or an alert selected: long enough to read it twice.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(1);

    private long _turned = time.GetTimestamp();
    private long _woken = time.GetTimestamp();
    private bool _isHeld;
    private AlertLevel? _alert;
    private int _index;

    /// <summary>Gets the current page.</summary>
    public Page Page => model.Pages[_index];

    /// <summary>Gets the brightness.</summary>
    /// <param name="isNight">Whether to turn off instead of dimming.</param>
    public PanelLight GetLight(bool isNight) =>
        options.DimAfter is not { } limit || time.GetElapsedTime(_woken) < limit ? PanelLight.Full
        : isNight ? PanelLight.Off
        : PanelLight.Dim;

    /// <summary>Restores full brightness.</summary>
    public void Wake() => _woken = time.GetTimestamp();

    /// <summary>Turns to the next or previous page after a key press.</summary>
    public void Turn(int step)
    {
        Wake();
        Advance(step);
        _isHeld = true;
    }

    /// <summary>Turns the page when its time is over, or when the alert level rises.</summary>
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
            if (model.Pages[index].ShowsAlerts)
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
