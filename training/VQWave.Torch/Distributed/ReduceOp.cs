namespace VQWave.Torch.Distributed;

/// <summary>How the elements of several processes become one; the numbers are c10d's.</summary>
public enum ReduceOp
{
    /// <summary>Their sum.</summary>
    SUM = 0,

    /// <summary>The least of them.</summary>
    MIN = 3,

    /// <summary>The greatest of them.</summary>
    MAX = 4,
}
