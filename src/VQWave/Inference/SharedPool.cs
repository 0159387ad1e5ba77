namespace VQWave.Inference;

/// <summary>Things that are expensive to make and never change, kept for as long as anybody holds them.</summary>
/// <remarks>Threading: any; it locks, also while a thing is made, so that it is made once. For control threads.</remarks>
/// <typeparam name="TKey">What tells things apart.</typeparam>
/// <typeparam name="TValue">The thing.</typeparam>
internal sealed class SharedPool<TKey, TValue>
    where TKey : notnull
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
    /// <param name="make">Makes it.</param>
    public Shared<TValue> Open(TKey? key, Func<TValue> make)
    {
        if (key is null)
        {
            var own = make();
            return new Shared<TValue>(own, own.Dispose);
        }

        lock (gate)
        {
            if (!entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(make());
                entries.Add(key, entry);
            }

            entry.Holders++;
            return new Shared<TValue>(entry.Value, () => Release(key, entry));
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

        entry.Value.Dispose();
    }

    private sealed class Entry(TValue value)
    {
        public TValue Value { get; } = value;

        public int Holders { get; set; }
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
