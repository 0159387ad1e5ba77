namespace VQWave.Torch.Distributed;

/// <summary>Where the processes of a group meet, and how long they wait for each other.</summary>
public sealed record ProcessGroupOptions
{
    /// <summary>Name or address of the machine of rank 0, which serves the store.</summary>
    public required string MasterAddress { get; init; }

    /// <summary>TCP port of the store.</summary>
    public required int MasterPort { get; init; }

    /// <summary>Number of this process, from 0.</summary>
    public required int Rank { get; init; }

    /// <summary>How many processes there are.</summary>
    public required int WorldSize { get; init; }

    /// <summary>Network interface that Gloo listens on, such as <c>eth0</c>; null to listen on <see cref="Host"/>.</summary>
    public string? Interface { get; init; }

    /// <summary>Address of this machine that the other processes reach it by.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>How long to wait until all processes have come.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one operation may wait for the others.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether NCCL moves CUDA tensors, where libtorch has it.</summary>
    public bool UseNccl { get; init; }
}
