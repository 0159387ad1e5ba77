namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>Differentiation.</summary>
    public static class autograd
    {
        /// <summary>Derivatives of the outputs with respect to the inputs, without touching anyone's grad.</summary>
        /// <returns>One tensor an input; null, where that is allowed, for an input that plays no part.</returns>
        /// <exception cref="TorchException">An output has no history, or an input plays no part.</exception>
        public static Tensor?[] grad(
            IReadOnlyList<Tensor> outputs,
            IReadOnlyList<Tensor> inputs,
            IReadOnlyList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            if (grad_outputs is not null && grad_outputs.Count != outputs.Count)
            {
                throw new TorchException($"grad: {outputs.Count} outputs, but {grad_outputs.Count} gradients of them.");
            }

            nint[] results = new nint[inputs.Count];
            int status = Native.vqt_autograd_grad(
                Handles(outputs),
                outputs.Count,
                Handles(inputs),
                inputs.Count,
                grad_outputs is null ? default : Handles(grad_outputs),
                retain_graph || create_graph,
                create_graph,
                allow_unused,
                results
            );
            Tensor.Check(status, First(outputs, 0), First(inputs, 0));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null : new Tensor(handle));
        }

        /// <summary>The derivative of one output with respect to one input.</summary>
        /// <exception cref="TorchException">The output has no history, or the input plays no part in it.</exception>
        public static Tensor grad(Tensor output, Tensor input, bool retain_graph = false, bool create_graph = false) =>
            grad([output], [input], retain_graph: retain_graph, create_graph: create_graph)[0]!;
    }
}
