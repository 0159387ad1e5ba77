using System.Diagnostics.CodeAnalysis;

namespace VQWave.Inference;

/// <summary>What several holders share by a key: loaded when the first asks for it, let go when the last has released it.</summary>
/// <remarks>
/// Threading: any. Loading happens outside the lock, once for each key, and others who want the same wait for it: different things load side by
/// side. For control threads.
/// </remarks>
/// <typeparam name="TKey">What says that two are the same.</typeparam>
/// <typeparam name="T">What is shared.</typeparam>
internal sealed class SharedPool<TKey, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Entry> entries = [];

    /// <summary>How many things are shared now whose keys are of a kind, for tests.</summary>
    public int Count(Func<TKey, bool> kind)
    {
        lock (gate)
        {
            return entries.Keys.Count(kind);
        }
    }

    /// <summary>Takes a thing, or loads it; <see cref="Release"/> it once for each time it was taken.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="load">Loads it; what it throws comes to all who wait for it, and nothing is held then.</param>
    public T Take(TKey key, Func<T> load)
    {
        Entry? entry;
        lock (gate)
        {
            if (!entries.TryGetValue(key, out entry))
            {
                entry = new Entry(load);
                entries.Add(key, entry);
            }

            entry.Holders++;
        }

        try
        {
            return entry.Thing.Value;
        }
        catch
        {
            Release(key);
            throw;
        }
    }

    /// <summary>Gives up what was taken.</summary>
    /// <returns>Whether nobody holds it any more: the caller disposes of it.</returns>
    public bool Release(TKey key)
    {
        lock (gate)
        {
            var entry = entries[key];
            if (--entry.Holders > 0)
            {
                return false;
            }

            entries.Remove(key);
            return true;
        }
    }

    private sealed class Entry(Func<T> load)
    {
        public Lazy<T> Thing { get; } = new(load);

        public int Holders { get; set; }
    }
}
