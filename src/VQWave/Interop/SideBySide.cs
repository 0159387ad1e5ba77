using System.Runtime.ExceptionServices;

namespace VQWave.Interop;

/// <summary>Work that does not depend on each other, on as many processors as there are.</summary>
internal static class SideBySide
{
    /// <summary>Does all of it, and returns when all of it has ended. For control threads.</summary>
    /// <param name="actions">What is to be done; it begins in this order.</param>
    /// <exception cref="Exception">What the first of those that failed has thrown, as it was thrown.</exception>
    public static void Run(params Action[] actions)
    {
        var failures = new Exception?[actions.Length];
        Parallel.For(
            0,
            actions.Length,
            i =>
            {
                try
                {
                    actions[i]();
                }
                catch (Exception e)
                {
                    failures[i] = e;
                }
            }
        );
        if (failures.FirstOrDefault(e => e is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
