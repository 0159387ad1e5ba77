using System.Globalization;

namespace VQWave.Training.Distributed;

/// <summary>Which process of a run this is, as PyTorch's launchers tell it: MASTER_ADDR, MASTER_PORT, RANK, WORLD_SIZE, LOCAL_RANK.</summary>
public sealed record LaunchEnvironment
{
    /// <summary>Name of the variable with the address of the machine of rank 0.</summary>
    public const string MasterAddressVariable = "MASTER_ADDR";

    /// <summary>Name of the variable with the TCP port that rank 0 listens on.</summary>
    public const string MasterPortVariable = "MASTER_PORT";

    /// <summary>Name of the variable with this process's number.</summary>
    public const string RankVariable = "RANK";

    /// <summary>Name of the variable with the number of processes.</summary>
    public const string WorldSizeVariable = "WORLD_SIZE";

    /// <summary>Name of the variable with this process's number on its machine.</summary>
    public const string LocalRankVariable = "LOCAL_RANK";

    /// <summary>Name of the variable with the network interface to listen on.</summary>
    public const string InterfaceVariable = "GLOO_SOCKET_IFNAME";

    /// <summary>Name of the variable with the seconds that a process waits for the others.</summary>
    public const string TimeoutVariable = "VQWAVE_RANK_TIMEOUT";

    /// <summary>Seconds that a process waits for the others where nothing else is said.</summary>
    public const int DefaultTimeoutSeconds = 60;

    /// <summary>Name or address of the machine of rank 0.</summary>
    public required string MasterAddress { get; init; }

    /// <summary>TCP port that rank 0 listens on.</summary>
    public required int MasterPort { get; init; }

    /// <summary>Number of this process, from 0.</summary>
    public required int Rank { get; init; }

    /// <summary>How many processes train together.</summary>
    public required int WorldSize { get; init; }

    /// <summary>Number of this process on its machine, or null.</summary>
    public int? LocalRank { get; init; }

    /// <summary>Network interface to listen on, or null to find the address by the way to the master.</summary>
    public string? Interface { get; init; }

    /// <summary>How long one exchange waits for the other processes before they count as lost.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(DefaultTimeoutSeconds);

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">Value of a variable, or null.</param>
    /// <returns>Null where none of them is set: the process trains alone.</returns>
    /// <exception cref="VQWaveException">Some are missing, or one has no sensible value.</exception>
    public static LaunchEnvironment? Read(Func<string, string?> variable)
    {
        string[] required = [MasterAddressVariable, MasterPortVariable, RankVariable, WorldSizeVariable];
        var missing = required.Where(name => string.IsNullOrWhiteSpace(variable(name))).ToArray();
        if (missing.Length == required.Length)
        {
            return null;
        }

        if (missing.Length > 0)
        {
            throw new VQWaveException(
                $"Training with several processes needs {string.Join(", ", required)}; {string.Join(" and ", missing)} {(missing.Length > 1 ? "are" : "is")} not set: set all of them, or none to train alone."
            );
        }

        var size = Number(variable, WorldSizeVariable, 1, 4096, "1 to 4096");
        return new LaunchEnvironment
        {
            MasterAddress = variable(MasterAddressVariable)!.Trim(),
            MasterPort = Number(variable, MasterPortVariable, 1, 65535, "1 to 65535"),
            WorldSize = size,
            Rank = Number(variable, RankVariable, 0, size - 1, $"0 to {size - 1}, one below {WorldSizeVariable}"),
            LocalRank = Optional(variable, LocalRankVariable) is null
                ? null
                : Number(variable, LocalRankVariable, 0, size - 1, $"0 to {size - 1}"),
            Interface = Optional(variable, InterfaceVariable),
            Timeout = Optional(variable, TimeoutVariable) is null
                ? TimeSpan.FromSeconds(DefaultTimeoutSeconds)
                : TimeSpan.FromSeconds(Number(variable, TimeoutVariable, 1, 86400, "1 to 86400 seconds")),
        };
    }

    /// <summary>The device of this process: with several on a machine, <c>cuda</c> is the GPU of its number there.</summary>
    public string LocalDevice(string device) =>
        device == "cuda" && LocalRank is { } number ? $"cuda:{number.ToString(CultureInfo.InvariantCulture)}" : device;

    private static string? Optional(Func<string, string?> variable, string name) =>
        variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static int Number(Func<string, string?> variable, string name, int least, int most, string range)
    {
        var text = variable(name)!;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new VQWaveException($"The variable {name} is '{text}'; it takes {range}.");
    }
}
