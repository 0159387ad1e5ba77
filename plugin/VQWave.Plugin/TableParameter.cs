using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>A parameter of the core's table as a host sees it.</summary>
internal sealed class TableParameter : Vst3Parameter
{
    private readonly ParameterDefinition definition;

    public TableParameter(ParameterDefinition definition, int unit)
        : base((uint)definition.Id, definition.Name, definition.ToNormalised(definition.Default))
    {
        this.definition = definition;
        ShortTitle = definition.ShortName;
        Units = definition.UnitText;
        UnitId = unit;
        // Hosts take steps for evenly spaced, which those of a skewed range are not.
        StepCount = definition.Skew == 1 ? definition.StepCount : 0;
        // Also the buffer, which is nothing to automate: some hosts (Ardour) show only what can be automated.
        Flags =
            Vst3ParameterFlags.CanAutomate
            | (definition.Kind == ParameterKind.Choice ? Vst3ParameterFlags.IsList : Vst3ParameterFlags.None)
            | (definition.Id == ParameterId.Bypass ? Vst3ParameterFlags.IsBypass : Vst3ParameterFlags.None);
    }

    public int Index => definition.Index;

    public override double ToPlain(double normalized) => definition.FromNormalised(normalized);

    public override double ToNormalized(double plain) => definition.ToNormalised((float)plain);

    public override string ToText(double normalized)
    {
        var text = definition.Format(definition.FromNormalised(normalized));
        return Units.Length > 0 && text.EndsWith(Units, StringComparison.Ordinal) ? text[..^Units.Length].TrimEnd() : text;
    }

    public override bool TryParse(string text, out double normalized)
    {
        var understood = definition.TryParse(text, out var plain);
        normalized = understood ? definition.ToNormalised(plain) : 0;
        return understood;
    }
}
