namespace VQWave.Controls;

/// <summary>The values of <see cref="ParameterId.LevelTemperatures"/>.</summary>
public enum LevelTemperatureMode
{
    /// <summary>A level's temperature is an offset to the global one: 1 is none.</summary>
    Offset,

    /// <summary>A level's temperature stands alone; the global one has no effect.</summary>
    Own,
}
