using System.Net;
using System.Net.Sockets;
using VQWave.Torch.Distributed;

namespace VQWave.Torch.Tests;

/// <summary>Collectives between groups that live in threads of one process, over loopback.</summary>
public sealed class DistributedTests
{
    [Theory]
    [InlineData(ReduceOp.SUM, 6f, 60f)]
    [InlineData(ReduceOp.MIN, 1f, 10f)]
    [InlineData(ReduceOp.MAX, 3f, 30f)]
    public void Reduced_elements_are_those_of_all_processes(ReduceOp op, float first, float second)
    {
        float[][] results = Together(
            3,
            group =>
            {
                using Tensor tensor = torch.tensor([group.rank + 1f, 10f * (group.rank + 1)], 2);
                group.all_reduce(tensor, op);
                return tensor.ToArray<float>();
            }
        );
        Assert.All(results, result => Assert.Equal([first, second], result));
    }

    [Fact]
    public void A_view_with_gaps_is_reduced_in_its_own_place()
    {
        float[][] results = Together(
            2,
            group =>
            {
                using Tensor whole = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f], 3, 2);
                using Tensor column = whole.select(1, 1);
                group.all_reduce(column);
                return whole.ToArray<float>();
            }
        );
        Assert.All(results, result => Assert.Equal([1, 4, 3, 8, 5, 12], result));
    }

    [Fact]
    public void Sums_are_the_same_bits_in_every_process()
    {
        float[][] results = Together(
            3,
            group =>
            {
                var random = new Random(group.rank);
                float[] values = [.. Enumerable.Range(0, 10_001).Select(_ => (float)random.NextDouble() - 0.5f)];
                using Tensor tensor = torch.tensor(values, values.Length);
                group.all_reduce(tensor);
                return tensor.ToArray<float>();
            }
        );
        double[] expected = new double[10_001];
        for (int rank = 0; rank < 3; rank++)
        {
            var random = new Random(rank);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += (float)random.NextDouble() - 0.5f;
            }
        }

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
        Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], results[0][i], 1e-6));
    }

    [Fact]
    public void A_broadcast_brings_the_elements_of_its_source_and_gathering_those_of_all_in_order()
    {
        (long[] sent, long[] gathered, long[] shape)[] results = Together(
            3,
            group =>
            {
                using Tensor tensor = torch.tensor([(long)group.rank, 10L + group.rank], 1, 2);
                using Tensor all = group.all_gather(tensor);
                group.broadcast(tensor, src: 2);
                return (tensor.ToArray<long>(), all.ToArray<long>(), all.shape);
            }
        );
        Assert.All(
            results,
            result =>
            {
                Assert.Equal([2, 12], result.sent);
                Assert.Equal([0, 10, 1, 11, 2, 12], result.gathered);
                Assert.Equal([3, 2], result.shape);
            }
        );
    }

    [Fact]
    public void An_operation_fails_when_another_process_leaves_or_does_not_come()
    {
        string[] errors = Together(
            2,
            group =>
            {
                if (group.rank == 1)
                {
                    group.Dispose();
                    return "";
                }

                using Tensor tensor = torch.ones(4);
                return Assert.Throws<TorchException>(() => group.all_reduce(tensor)).Message;
            }
        );
        Assert.Contains("all_reduce", errors[0], StringComparison.Ordinal);
        var options = new ProcessGroupOptions
        {
            MasterAddress = "127.0.0.1",
            MasterPort = FreePort(),
            Rank = 0,
            WorldSize = 2,
            JoinTimeout = TimeSpan.FromSeconds(1),
        };
        Assert.Contains(
            "only 1 of 2 processes came within 1 s",
            Assert.Throws<TorchException>(() => torch.distributed.init_process_group(options)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_operation_ends_after_the_timeout()
    {
        using var done = new ManualResetEventSlim();
        double[] seconds = Together(
            2,
            group =>
            {
                if (group.rank == 1)
                {
                    done.Wait();
                    return 0;
                }

                using Tensor tensor = torch.ones(4);
                var watch = System.Diagnostics.Stopwatch.StartNew();
                Assert.Throws<TorchException>(() => group.all_reduce(tensor));
                done.Set();
                return watch.Elapsed.TotalSeconds;
            },
            TimeSpan.FromSeconds(2)
        );
        Assert.InRange(seconds[0], 1.5, 20);
    }

    private static T[] Together<T>(int size, Func<ProcessGroup, T> body, TimeSpan? timeout = null)
    {
        var results = new T[size];
        var errors = new Exception?[size];
        int port = FreePort();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, size)
                .Select(rank => new Thread(() =>
                {
                    try
                    {
                        using ProcessGroup group = torch.distributed.init_process_group(
                            new ProcessGroupOptions
                            {
                                MasterAddress = "127.0.0.1",
                                MasterPort = port,
                                Rank = rank,
                                WorldSize = size,
                                Timeout = timeout ?? TimeSpan.FromSeconds(30),
                            }
                        );
                        results[rank] = body(group);
                    }
#pragma warning disable CA1031 // Whatever it is, the test's own thread throws it again.
                    catch (Exception error)
                    {
                        errors[rank] = error;
                    }
#pragma warning restore CA1031
                })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return Array.Find(errors, error => error is not null) is { } first ? throw new AggregateException(first) : results;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
