using Xunit.Sdk;
using Xunit.v3;

// libtorch's random state, thread count and live-tensor counter are the process's: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
