namespace VQWave.Vst3;

/// <summary>A component and a controller that are one object to the host.</summary>
public sealed class Vst3SingleComponent
{
    /// <summary>Joins a component and a controller.</summary>
    public Vst3SingleComponent(Vst3Component component, Vst3EditController controller)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentNullException.ThrowIfNull(controller);
        Component = component;
        Controller = controller;
    }

    /// <summary>The component.</summary>
    public Vst3Component Component { get; }

    /// <summary>The controller.</summary>
    public Vst3EditController Controller { get; }
}
