namespace VQWave.Vst3;

/// <summary>A parameter, as a plug-in describes it to a host.</summary>
/// <param name="Id">Id.</param>
/// <param name="Title">Name to show.</param>
/// <param name="ShortTitle">Name for little room.</param>
/// <param name="Units">Unit, as shown.</param>
/// <param name="StepCount">Steps between the ends; 0 continuous.</param>
/// <param name="DefaultNormalized">Default, 0 to 1.</param>
/// <param name="UnitId">Unit that it belongs to.</param>
/// <param name="Flags">Properties.</param>
public sealed record Vst3ParameterInfo(
    uint Id,
    string Title,
    string ShortTitle,
    string Units,
    int StepCount,
    double DefaultNormalized,
    int UnitId,
    Vst3ParameterFlags Flags
);
