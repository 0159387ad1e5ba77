namespace VQWave.Vst3;

/// <summary>A group of parameters, with or without a program list.</summary>
/// <param name="Id">0 is the root unit, which must exist.</param>
/// <param name="Name">Name to show.</param>
/// <param name="ParentId">Unit that holds it; −1 for the root.</param>
/// <param name="ProgramListId">Its program list; −1 for none.</param>
public sealed record Vst3Unit(int Id, string Name, int ParentId = Vst3Unit.NoParent, int ProgramListId = Vst3Unit.NoProgramList)
{
    /// <summary>The id of the root unit.</summary>
    public const int Root = 0;

    /// <summary>The parent of the root unit.</summary>
    public const int NoParent = -1;

    /// <summary>The program list of a unit that has none.</summary>
    public const int NoProgramList = -1;
}
