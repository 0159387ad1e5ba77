namespace VQWave.Torch.Distributed;

/// <summary>Processes that compute together: c10d's Gloo, and NCCL for CUDA tensors where libtorch has it.</summary>
/// <remarks>
/// All processes call the same operations in the same order, each from one thread at a time. An operation waits for the others; it fails when
/// one of them has gone or the timeout is over, and the group is of no more use then.
/// </remarks>
public sealed class ProcessGroup : IDisposable
{
    private nint _group;

    internal ProcessGroup(ProcessGroupOptions options)
    {
        rank = options.Rank;
        size = options.WorldSize;
        _group = Native.vqt_process_group_new(
            options.MasterAddress,
            options.MasterPort,
            rank,
            size,
            options.Interface,
            options.Host,
            (long)options.JoinTimeout.TotalMilliseconds,
            (long)options.Timeout.TotalMilliseconds,
            options.UseNccl
        );
        if (_group == 0)
        {
            throw Tensor.Failure(nameof(torch.distributed.init_process_group));
        }
    }

#pragma warning disable MA0055 // The one native object of a process; a SafeHandle would not make it simpler.
    /// <summary>Frees a group that nobody disposed.</summary>
    ~ProcessGroup() => Release();
#pragma warning restore MA0055

    /// <summary>Number of this process, from 0.</summary>
    public int rank { get; }

    /// <summary>How many processes there are.</summary>
    public int size { get; }

    /// <summary>What moves tensors of a device: <c>gloo</c> or <c>nccl</c>.</summary>
    public string backend(Device device) => Native.vqt_process_group_backend(Handle, (int)device.Type) == 1 ? "nccl" : "gloo";

    /// <summary>Replaces the elements by those of all processes together; every process gets the same, bit for bit.</summary>
    /// <exception cref="TorchException">Another process has gone, came too late, or gave a tensor of another size.</exception>
    public void all_reduce(Tensor tensor, ReduceOp op = ReduceOp.SUM) =>
        Tensor.Check(Native.vqt_all_reduce(Handle, tensor.Handle, (int)op), tensor);

    /// <summary>Replaces the elements by those of the process <paramref name="src"/>.</summary>
    /// <exception cref="TorchException">Another process has gone, came too late, or gave a tensor of another size.</exception>
    public void broadcast(Tensor tensor, int src = 0) => Tensor.Check(Native.vqt_broadcast(Handle, tensor.Handle, src), tensor);

    /// <summary>The tensors of all processes, all of one size, one after the other along the first dimension.</summary>
    /// <exception cref="TorchException">Another process has gone, came too late, or gave a tensor of another size.</exception>
    public Tensor all_gather(Tensor tensor) => Tensor.Made(Native.vqt_all_gather(Handle, tensor.Handle), tensor);

    /// <summary>Leaves the group: the other processes' operations fail from now on.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Gives a group up that another process is missing from, without leaving it: what libtorch would wait for in doing so has no limit. Its threads and sockets stay until
    /// the program ends.
    /// </summary>
    public void Abandon()
    {
        _group = 0;
        GC.SuppressFinalize(this);
    }

    private nint Handle => _group != 0 ? _group : throw new ObjectDisposedException(nameof(ProcessGroup));

    private void Release()
    {
        nint group = Interlocked.Exchange(ref _group, 0);
        if (group != 0)
        {
            Native.vqt_process_group_free(group);
        }
    }
}
