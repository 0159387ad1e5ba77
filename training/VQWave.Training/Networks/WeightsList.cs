using VQWave.Torch.Modules;

namespace VQWave.Training.Networks;

/// <summary>Weights named by their position: <c>0.weight</c>, <c>0.bias</c>, <c>1.weight</c> …</summary>
internal sealed class WeightsList : Module
{
    private readonly List<WeightsModule> _items = [];

    public WeightsModule this[int index] => _items[index];

    public void Add(WeightsModule item)
    {
        register_module(_items.Count, item);
        _items.Add(item);
    }
}
