namespace VQWave.Devices;

/// <summary>JACK's transport at the first frame of a block.</summary>
/// <param name="State">What it does.</param>
/// <param name="Frame">Its position in frames.</param>
/// <param name="SampleTime">The stream's sample time at that position.</param>
/// <param name="HasBeats">Whether some program keeps tempo; the values that follow are 0 otherwise.</param>
/// <param name="BeatsPerMinute">Tempo.</param>
/// <param name="BeatsPerBar">The numerator of the metre.</param>
/// <param name="Bar">The bar, from 1.</param>
/// <param name="Beat">The beat in its bar, from 1, with its fraction.</param>
public readonly record struct JackTransport(
    JackTransportState State,
    long Frame,
    long SampleTime,
    bool HasBeats,
    double BeatsPerMinute,
    double BeatsPerBar,
    int Bar,
    double Beat
);
