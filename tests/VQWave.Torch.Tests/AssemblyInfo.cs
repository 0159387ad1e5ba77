using Xunit.Sdk;
using Xunit.v3;

// The live-tensor counter and the random generators are the process's: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
