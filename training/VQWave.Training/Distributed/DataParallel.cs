using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using VQWave.Torch;
using VQWave.Torch.Distributed;
using VQWave.Torch.Modules;
using VQWave.Training.Training;

namespace VQWave.Training.Distributed;

/// <summary>
/// Processes that train one network together: each computes its share of the batch, and what is summed over a batch is summed over all shares, so
/// that every process takes the same step that one process would take on the whole batch.
/// </summary>
/// <remarks>
/// All processes call the same members in the same order, from one thread. Alone, every member hands back what it was given and costs nothing.
/// </remarks>
public sealed partial class DataParallel : IDisposable
{
    // How often processes that wait for one that works long hear that it is still there.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    private readonly ProcessGroup? _group;
    private readonly TimeSpan _timeout;
    private volatile bool _isBroken;

    private DataParallel(ProcessGroup? group, TimeSpan timeout) => (_group, _timeout) = (group, timeout);

    /// <summary>One process that computes whole batches.</summary>
    public static DataParallel Alone { get; } = new(null, default);

    /// <summary>Number of this process, from 0.</summary>
    public int Rank => _group?.rank ?? 0;

    /// <summary>How many processes train together.</summary>
    public int Size => _group?.size ?? 1;

    /// <summary>Whether this is the process that writes files and shows progress.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Meets the other processes.</summary>
    /// <param name="environment">Who they are; null to train alone.</param>
    /// <param name="device">Where this process computes.</param>
    /// <exception cref="VQWaveException">They did not come in time, or the addresses do not serve.</exception>
    public static DataParallel Join(LaunchEnvironment? environment, string device)
    {
        if (environment is null)
        {
            return Alone;
        }

        // libtorch's sockets write a warning for each way that they try to connect; it reads this as it loads.
        if (Environment.GetEnvironmentVariable("TORCH_CPP_LOG_LEVEL") is null)
        {
            Environment.SetEnvironmentVariable("TORCH_CPP_LOG_LEVEL", "ERROR");
        }

        var cuda = TorchDevice.Parse(device).Type == DeviceType.CUDA;
        if (cuda)
        {
            // Without it NCCL's operations return before they are done, and a lost process would never be noticed.
            Environment.SetEnvironmentVariable("NCCL_BLOCKING_WAIT", "1");
            Environment.SetEnvironmentVariable("TORCH_NCCL_BLOCKING_WAIT", "1");
        }

        var host = NetworkAddress.Towards(environment.MasterAddress, environment.MasterPort);
        try
        {
            var group = torch.distributed.init_process_group(
                new ProcessGroupOptions
                {
                    MasterAddress = environment.MasterAddress,
                    MasterPort = environment.MasterPort,
                    Rank = environment.Rank,
                    WorldSize = environment.WorldSize,
                    Interface = environment.Interface,
                    Host = host,
                    Timeout = environment.Timeout,
                    JoinTimeout = 5 * environment.Timeout,
                    UseNccl = cuda,
                }
            );
            return new DataParallel(group, environment.Timeout);
        }
        catch (TorchException e)
        {
            throw new VQWaveException(
                $"Process {environment.Rank} of {environment.WorldSize} could not meet the others at {environment.MasterAddress}:{environment.MasterPort}: {Reason(e)}.",
                e
            );
        }
    }

    /// <summary>This process's part of a batch: its first row and how many rows.</summary>
    /// <exception cref="VQWaveException">The batch cannot be cut into equal parts.</exception>
    public (int First, int Count) Share(int batch)
    {
        if (batch % Size != 0)
        {
            throw new VQWaveException(
                $"--batch-size {batch} is shared by {Size} processes and has to be a multiple of {Size}; use {Math.Max(1, batch / Size) * Size}."
            );
        }

        return (Rank * (batch / Size), batch / Size);
    }

    /// <summary>Whether any process says yes.</summary>
    public bool Any(bool own)
    {
        if (_group is null)
        {
            return own;
        }

        using var flag = torch.tensor([own ? 1f : 0f], 1);
        Exchange(g => g.all_reduce(flag, ReduceOp.MAX));
        return flag.ToBoolean();
    }

    /// <summary>The number that the first process has.</summary>
    public double OfFirst(double own)
    {
        if (_group is null)
        {
            return own;
        }

        using var number = torch.tensor([own], 1);
        Exchange(g => g.broadcast(number));
        return number.ToDouble();
    }

    /// <summary>The sum over all processes, without gradient.</summary>
    public Tensor Sum(Tensor own)
    {
        if (_group is null)
        {
            return own;
        }

        var sum = own.detach().clone();
        Exchange(g => g.all_reduce(sum));
        return sum;
    }

    /// <summary>The mean over all processes, without gradient.</summary>
    public Tensor Mean(Tensor own) => _group is null ? own : Sum(own) / Size;

    /// <summary>
    /// The sum over all processes, whose gradient reaches this process's part; as with PyTorch's <c>torch.distributed.nn.all_reduce</c>, gradients
    /// that are averaged over the processes afterwards are those of one process with all parts.
    /// </summary>
    public Tensor SumWithGradient(Tensor own)
    {
        if (_group is null)
        {
            return own;
        }

        var scaled = own * Size;
        return scaled + (Sum(own) - scaled).detach();
    }

    /// <summary>The tensors of all processes one after the other, in the order of the whole batch's rows.</summary>
    public Tensor Gather(Tensor own)
    {
        if (_group is null)
        {
            return own;
        }

        Tensor? all = null;
        Exchange(g => all = g.all_gather(own));
        return all!;
    }

    /// <summary>Overwrites the tensors with those of the first process.</summary>
    public void Broadcast(IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in _group is null ? [] : tensors)
        {
            Exchange(g => g.broadcast(tensor));
        }
    }

    /// <summary>
    /// Begins alike: weights and libtorch's random state are the first process's. A process that encoded the corpus has drawn more random numbers
    /// than one that found it encoded.
    /// </summary>
    public void BeginAlike(IEnumerable<Tensor> weights)
    {
        if (_group is not null)
        {
            Broadcast(weights);
            using var state = torch.get_rng_state();
            Broadcast([state]);
            torch.set_rng_state(state);
        }
    }

    /// <summary>Averages gradients, in one exchange for all of them.</summary>
    /// <param name="parameters">Those without a gradient, in every process the same, are passed over.</param>
    /// <param name="loss">This process's loss.</param>
    /// <returns>The mean of the losses.</returns>
    public double AverageGradients(IEnumerable<Parameter> parameters, Tensor loss)
    {
        if (_group is null)
        {
            return loss.ToDouble();
        }

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var gradients = parameters.Select(p => p.grad).OfType<Tensor>().ToList();
        var bucket = torch.cat([.. gradients.Select(g => g.reshape(-1)), loss.detach().reshape(-1)], 0);
        Exchange(g => g.all_reduce(bucket));
        bucket.div_(Size);
        long at = 0;
        foreach (var gradient in gradients)
        {
            gradient.copy_(bucket.narrow(0, at, gradient.numel).reshape(gradient.shape));
            at += gradient.numel;
        }

        return bucket.narrow(0, at, 1).ToDouble();
    }

    /// <summary>
    /// Does work that may take longer than the others would wait, such as evaluation: they hear that this process is still there. Nothing in it may
    /// exchange anything.
    /// </summary>
    /// <exception cref="LostProcessException">Another process has gone, or its own work failed.</exception>
    public void Patiently(Action work)
    {
        if (_group is null)
        {
            work();
            return;
        }

        using var finished = new ManualResetEventSlim();
        var succeeded = false;
        Exception? lost = null;
        var beat = new Thread(() => lost = Beat(finished, () => Volatile.Read(ref succeeded))) { IsBackground = true };
        beat.Start();
        try
        {
            work();
            Volatile.Write(ref succeeded, true);
        }
        finally
        {
            finished.Set();
            beat.Join();
        }

        if (lost is not null)
        {
            throw lost;
        }
    }

    /// <summary>Work of the first process alone, on which the others wait.</summary>
    /// <exception cref="LostProcessException">Another process has gone, or the work failed there.</exception>
    public void OnFirst(Action work) =>
        Patiently(() =>
        {
            if (IsFirst)
            {
                work();
            }
        });

    /// <summary>Reads a file of the first process in all of them, which need not see its disk.</summary>
    public void ReadFileOfFirst(string path, Action<string> read)
    {
        if (_group is null)
        {
            read(path);
            return;
        }

        using var scope = torch.NewDisposeScope();
        var bytes = IsFirst ? File.ReadAllBytes(path) : [];
        var length = (long)OfFirst(bytes.Length);
        var tensor = IsFirst ? torch.tensor(bytes, length) : torch.zeros([length], ScalarType.UInt8);
        Broadcast([tensor]);
        if (IsFirst)
        {
            read(path);
            return;
        }

        var copy = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(copy, tensor.ToArray<byte>());
            read(copy);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Sees that all processes were started alike.</summary>
    /// <exception cref="VQWaveException">A process has other options or other data than the first.</exception>
    public void RequireSame(string description)
    {
        if (_group is null)
        {
            return;
        }

        var own = SHA256.HashData(Encoding.UTF8.GetBytes(description));
        using var first = torch.tensor(own, own.Length);
        Broadcast([first]);
        if (Any(!first.ToArray<byte>().AsSpan().SequenceEqual(own)))
        {
            throw new VQWaveException(
                "The processes were not started alike: every one needs the same command, the same data and the same version of the program."
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isBroken)
        {
            _group!.Abandon();
        }
        else
        {
            _group?.Dispose();
        }
    }

    // The numbers that are exchanged: 0 still at work, 1 done, −1 failed.
    private LostProcessException? Beat(ManualResetEventSlim finished, Func<bool> succeeded)
    {
        try
        {
            while (true)
            {
                var over = finished.Wait(Heartbeat);
                var state = over ? (succeeded() ? 1f : -1f) : 0f;
                using var least = torch.tensor([state], 1);
                Exchange(g => g.all_reduce(least, ReduceOp.MIN));
                var of = least.ToDouble();
                if (of < 0)
                {
                    return state < 0 ? null : new LostProcessException("Another process of this run failed; its own message says why.");
                }

                if (of > 0)
                {
                    return null;
                }
            }
        }
        catch (LostProcessException e)
        {
            return e;
        }
    }

    private void Exchange(Action<ProcessGroup> operation)
    {
        try
        {
            operation(_group!);
        }
        catch (TorchException e)
        {
            _isBroken = true;
            throw new LostProcessException(
                $"Another process of this run has gone or did not answer within {_timeout.TotalSeconds:0} s ({Reason(e)}).",
                e
            );
        }
    }

    // libtorch's reason without our operands and its own source file.
    private static string Reason(TorchException e)
    {
        var reason = e.Message[(e.Message.IndexOf("): ", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
        return SourceFile().Replace(reason, "").Trim().TrimEnd('.');
    }

    [GeneratedRegex(@"\[[^\]]*\.(?:cc|cpp|h|hpp):\d+\]\s*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourceFile();
}
