namespace VQWave.Player.Live.Views;

/// <summary>A terminal: its size, what it shows, its keys.</summary>
internal interface ITerminal
{
    /// <summary>Columns of the window now.</summary>
    int Width { get; }

    /// <summary>Rows of the window now.</summary>
    int Height { get; }

    /// <summary>The colours it shows.</summary>
    ColorDepth Colors { get; }

    /// <summary>Shows bytes, all of them.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for the next key, on a thread of its own.</summary>
    /// <exception cref="InvalidOperationException">There are no keys.</exception>
    ConsoleKeyInfo ReadKey();
}
