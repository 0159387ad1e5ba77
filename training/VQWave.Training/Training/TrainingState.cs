using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
using VQWave.Training.Distributed;

namespace VQWave.Training.Training;

/// <summary>
/// Everything that a run needs to go on as if it had never stopped: weights and buffers, the optimiser's moments, the steps done, both random
/// states, and a few numbers of the loop itself. One file, written whole or not at all.
/// </summary>
public sealed class TrainingState(Module model, Adam optimizer, Xoshiro random)
{
    private (long[] Random, byte[] Torch)? _committed;

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Seconds spent.</summary>
    public double Seconds { get; set; }

    /// <summary>Numbers that the loop keeps for itself.</summary>
    public Dictionary<string, long[]> Extra { get; } = [];

    /// <summary>Tensors that the loop keeps for itself; read back by <see cref="Load"/> if they have the same shape.</summary>
    public Dictionary<string, Tensor> ExtraTensors { get; } = [];

    /// <summary>Called before the state is written, to bring <see cref="Extra"/> up to date.</summary>
    public Action? Saving { get; set; }

    /// <summary>Called by <see cref="Commit"/> and by <see cref="RollBack"/>, for what the loop keeps beside the random states.</summary>
    public (Action Commit, Action RollBack)? Alongside { get; set; }

    /// <summary>Size in bytes of a checkpoint, without its header and the numbers of the loop.</summary>
    public long Bytes =>
        model.state_dict().Values.Sum(t => t.numel * t.element_size)
        + (2 * model.parameters().Where(p => p.requires_grad).Sum(p => p.numel * p.element_size))
        + ExtraTensors.Values.Sum(t => t.numel * t.element_size);

    /// <summary>Where a run keeps its state.</summary>
    public static string PathIn(string directory, string name) => Path.Combine(directory, $"{name}_checkpoint.safetensors");

    /// <summary>Sees that there is a checkpoint if the options want one, before anything else is done.</summary>
    /// <exception cref="VQWaveException">There is none.</exception>
    public static void RequireToResume(TrainingOptions options, string name)
    {
        var path = PathIn(options.OutputDirectory, name);
        if (options.Resume && !File.Exists(path))
        {
            throw new VQWaveException($"There is no checkpoint {path} to resume; leave --resume out to begin anew.");
        }
    }

    /// <summary>Keeps the random states of a moment at which a step is done and the next has not begun.</summary>
    public void Commit()
    {
        using var state = torch.get_rng_state();
        _committed = (random.State, state.ToArray<byte>());
        Alongside?.Commit();
    }

    /// <summary>Sets the random states back to those of the last <see cref="Commit"/>: a step that broke off is to be taken again.</summary>
    public void RollBack()
    {
        if (_committed is { } kept)
        {
            random.State = kept.Random;
            using var state = torch.tensor(kept.Torch, kept.Torch.Length);
            torch.set_rng_state(state);
            Alongside?.RollBack();
        }
    }

    /// <summary>Writes the state.</summary>
    public void Save(string path)
    {
        Saving?.Invoke();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var tensors = new List<KeyValuePair<string, Tensor>>();
        foreach (var (name, tensor) in model.state_dict())
        {
            tensors.Add(new("model." + name, tensor));
        }

        foreach (var (name, tensor) in optimizer.state_dict())
        {
            tensors.Add(new("optimizer." + name, tensor));
        }

        foreach (var (name, tensor) in ExtraTensors)
        {
            tensors.Add(new("tensor." + name, tensor));
        }

        foreach (var (name, values) in Extra)
        {
            tensors.Add(new("extra." + name, torch.tensor(values, values.Length)));
        }

        tensors.Add(new("state.step", torch.tensor([Step], 1)));
        tensors.Add(new("state.microseconds", torch.tensor([(long)(Seconds * 1e6)], 1)));
        tensors.Add(new("state.random", torch.tensor(random.State, 4)));
        tensors.Add(new("state.torch_random", torch.get_rng_state()));
        Torch.Safetensors.Save(path, tensors);
    }

    /// <summary>Reads the state back into model, optimiser and random generators.</summary>
    /// <exception cref="VQWaveException">The file is damaged or belongs to another model.</exception>
    public void Load(string path)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var all = Torch.Safetensors.Load(path);
            model.load_state_dict(Part(all, "model."), strict: true);
            optimizer.load_state_dict(Part(all, "optimizer."));
            foreach (var (name, tensor) in Part(all, "tensor."))
            {
                var own = ExtraTensors[name];
                if (!own.shape.AsSpan().SequenceEqual(tensor.shape))
                {
                    throw new TorchException(
                        $"{name} is {string.Join(" × ", tensor.shape)} and not {string.Join(" × ", own.shape)}; was --batch-size another?"
                    );
                }

                own.copy_(tensor);
            }

            foreach (var (name, tensor) in Part(all, "extra."))
            {
                Extra[name] = tensor.ToArray<long>();
            }

            Step = all["state.step"].ToArray<long>()[0];
            Seconds = all["state.microseconds"].ToArray<long>()[0] * 1e-6;
            random.State = all["state.random"].ToArray<long>();
            torch.set_rng_state(all["state.torch_random"]);
        }
        catch (Exception e) when (e is TorchException or KeyNotFoundException or IndexOutOfRangeException or ArgumentException)
        {
            throw new VQWaveException($"{path} is not a checkpoint of this run: {e.Message}", e);
        }
    }

    /// <summary>Leaves a checkpoint of the last whole step and says so.</summary>
    /// <returns>What to throw.</returns>
    public LostProcessException SaveForLost(LostProcessException lost, string path)
    {
        Save(path);
        return new LostProcessException(
            $"{lost.Message} Step {Step} is kept: start all processes again with '--resume' to go on from {path}.",
            lost
        );
    }

    private static Dictionary<string, Tensor> Part(Dictionary<string, Tensor> all, string prefix) =>
        all.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(p => p.Key[prefix.Length..], p => p.Value);
}
