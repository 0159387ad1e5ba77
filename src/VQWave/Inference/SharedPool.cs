namespace VQWave.Inference;

/// <summary>Things that are expensive to make and never change, kept for as long as anybody holds them.</summary>
/// <remarks>
/// Threading: any. A thing is made outside the lock, once for each key, and others who want the same wait for it: different things are made side by side. For
/// control threads.
/// </remarks>
/// <typeparam name="TKey">What tells things apart.</typeparam>
/// <typeparam name="TValue">The thing.</typeparam>
internal sealed class SharedPool<TKey, TValue>
    where TKey : class
    where TValue : class, IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Entry> entries = [];

    /// <summary>How many things are kept whose key fits.</summary>
    public int Count(Func<TKey, bool> predicate)
    {
        lock (gate)
        {
            return entries.Keys.Count(predicate);
        }
    }

    /// <summary>Makes a thing, or joins those who hold it.</summary>
    /// <param name="key">Its key; null for one that is not shared.</param>
    /// <param name="make">Makes it; what it throws comes to all who wait for it, and nothing is held then.</param>
    public Shared<TValue> Open(TKey? key, Func<TValue> make)
    {
        if (key is null)
        {
            var own = make();
            return new Shared<TValue>(own, own.Dispose);
        }

        Entry? entry;
        lock (gate)
        {
            if (!entries.TryGetValue(key, out entry))
            {
                entry = new Entry(make);
                entries.Add(key, entry);
            }

            entry.Holders++;
        }

        try
        {
            return new Shared<TValue>(entry.Value(), () => Release(key, entry));
        }
        catch
        {
            Release(key, entry);
            throw;
        }
    }

    private void Release(TKey key, Entry entry)
    {
        lock (gate)
        {
            if (--entry.Holders > 0)
            {
                return;
            }

            entries.Remove(key);
        }

        entry.Dispose();
    }

    private sealed class Entry(Func<TValue> make) : IDisposable
    {
        private readonly Lock making = new();
        private TValue? value;

        public int Holders { get; set; }

        public TValue Value()
        {
            lock (making)
            {
                return value ??= make();
            }
        }

        public void Dispose() => value?.Dispose();
    }
}

/// <summary>One holder's part in a thing of a <see cref="SharedPool{TKey, TValue}"/>; disposing of it lets go.</summary>
/// <typeparam name="TValue">The thing.</typeparam>
internal sealed class Shared<TValue>(TValue value, Action release) : IDisposable
{
    private Action? release = release;

    /// <summary>The thing; not to be used after disposal.</summary>
    public TValue Value { get; } = value;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
