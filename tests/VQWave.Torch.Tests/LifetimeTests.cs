using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;

namespace VQWave.Torch.Tests;

public sealed class LifetimeTests
{
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return torch.live_tensors;
    }

    [Fact]
    public void A_scope_disposes_what_was_made_within_but_for_what_moved_out()
    {
        long before = Live();
        Tensor kept,
            detached,
            moved;
        using (DisposeScope outer = torch.NewDisposeScope())
        {
            using (torch.NewDisposeScope())
            {
                kept = torch.ones(3);
                moved = (kept * 2).MoveToOuterDisposeScope();
                detached = torch.zeros(2).DetachFromDisposeScope();
            }

            Assert.True(kept.IsDisposed);
            Assert.False(moved.IsDisposed);
            Assert.Equal(1, outer.Count);
            Assert.Equal([2, 2, 2], moved.ToArray<float>());
        }

        Assert.True(moved.IsDisposed);
        Assert.False(detached.IsDisposed);
        detached.Dispose();
        detached.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detached.sum());
        Assert.Equal(before, torch.live_tensors);
    }

    [Fact]
    public void Scopes_end_in_order()
    {
        using DisposeScope outer = torch.NewDisposeScope();
        using DisposeScope inner = torch.NewDisposeScope();
        Assert.Throws<TorchException>(outer.Dispose);
    }

    [Fact]
    public void A_training_loop_leaves_no_tensors_without_the_collector()
    {
        long before = Live();
        using (var network = new Sequential(new Conv1d(1, 4, 3, padding: 1), new ELU(), new Conv1d(4, 1, 3, padding: 1), new Tanh()))
        using (var optimizer = new Adam(network.parameters()))
        {
            for (int i = 0; i < 20; i++)
            {
                using DisposeScope scope = torch.NewDisposeScope();
                optimizer.zero_grad();
                Tensor x = torch.randn(2, 1, 32);
                Tensor loss = torch.nn.functional.mse_loss(network.forward(x), x);
                loss.backward();
                _ = torch.nn.utils.clip_grad_norm_(network.parameters(), 1);
                optimizer.step();
            }

            Assert.Equal(before + 4 + 8, torch.live_tensors);
        }

        Assert.Equal(before, torch.live_tensors);
    }

    [Fact]
    public void The_finaliser_frees_what_nobody_disposed()
    {
        long before = Live();
        Drop();
        Assert.Equal(before, Live());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop()
        {
            for (int i = 0; i < 100; i++)
            {
                _ = torch.zeros(10) + 1;
            }
        }
    }
}
