using VQWave.Training.Distributed;

namespace VQWave.Training.Tests.Distributed;

public sealed class LaunchEnvironmentTests
{
    [Fact]
    public void No_variables_mean_training_alone() => Assert.Null(Read());

    [Fact]
    public void The_variables_of_PyTorchs_launchers_are_read()
    {
        var place = Read(
            ("MASTER_ADDR", "node0"),
            ("MASTER_PORT", "29500"),
            ("RANK", "5"),
            ("WORLD_SIZE", "8"),
            ("LOCAL_RANK", "1"),
            ("GLOO_SOCKET_IFNAME", "eth1"),
            ("VQWAVE_RANK_TIMEOUT", "90")
        )!;
        Assert.Equal(("node0", 29500, 5, 8), (place.MasterAddress, place.MasterPort, place.Rank, place.WorldSize));
        Assert.Equal(("eth1", TimeSpan.FromSeconds(90)), (place.Interface, place.Timeout));
        Assert.Equal(["cuda:1", "cuda:0", "cpu"], new[] { "cuda", "cuda:0", "cpu" }.Select(place.LocalDevice));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Check.Refused(() => Read(("RANK", "0")), "MASTER_ADDR and MASTER_PORT and WORLD_SIZE are not set");
        Check.Refused(() => Read(("MASTER_ADDR", "a"), ("MASTER_PORT", "1"), ("WORLD_SIZE", "2")), "RANK is not set");
    }

    [Theory]
    [InlineData("RANK", "2", "0 to 1")]
    [InlineData("RANK", "-1", "0 to 1")]
    [InlineData("RANK", "one", "0 to 1")]
    [InlineData("WORLD_SIZE", "0", "1 to 4096")]
    [InlineData("MASTER_PORT", "70000", "1 to 65535")]
    [InlineData("LOCAL_RANK", "2", "0 to 1")]
    [InlineData("VQWAVE_RANK_TIMEOUT", "0", "seconds")]
    public void Values_out_of_range_are_refused(string name, string value, string range)
    {
        (string, string)[] good = [("MASTER_ADDR", "a"), ("MASTER_PORT", "29500"), ("RANK", "1"), ("WORLD_SIZE", "2")];
        Check.Refused(() => Read([.. good.Where(v => v.Item1 != name), (name, value)]), name, $"'{value}'", range);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("localhost", "127.0.0.1")]
    public void The_way_to_this_machine_is_loopback(string master, string expected) =>
        Assert.Equal(expected, NetworkAddress.Towards(master, 29500));

    [Fact]
    public void A_master_without_an_address_is_refused() =>
        Check.Refused(() => NetworkAddress.Towards("no-such-machine.invalid", 29500), "MASTER_ADDR", "no-such-machine.invalid");

    private static LaunchEnvironment? Read(params (string Name, string Value)[] variables)
    {
        var all = variables.ToDictionary(v => v.Name, v => v.Value);
        return LaunchEnvironment.Read(name => all.GetValueOrDefault(name));
    }
}
