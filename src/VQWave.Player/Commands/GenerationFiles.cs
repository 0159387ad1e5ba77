using VQWave.Devices;
using VQWave.Generation;
using VQWave.Models;

namespace VQWave.Player.Commands;

/// <summary>The files of all pieces and levels that are to be written: opened before the work, whole in the end or not there.</summary>
internal sealed class GenerationFiles : IDisposable
{
    private readonly Dictionary<(int Piece, int Level), AudioFileWriter> writers = [];

    /// <summary>Opens what was asked for; a folder that cannot be written to is found out now.</summary>
    public GenerationFiles(GenerationArguments arguments, GenerationRequest request, HierarchyConfiguration configuration)
    {
        if (arguments.Output is not { } output)
        {
            return;
        }

        try
        {
            for (var piece = 0; piece < request.Count; piece++)
            {
                var name = NameOf(output, piece, request.Count);
                for (var level = arguments.Intermediates ? 0 : request.FinestLevel; level < request.FinestLevel; level++)
                {
                    Open(piece, level, Extended(name, $"_{configuration.Levels[level].Name}"), configuration.SampleRate);
                }

                Open(piece, request.FinestLevel, name, configuration.SampleRate);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The name of a piece's file: the one given for a single piece; of several <c>NAME-1.wav</c> and so on, in as many digits as the last has.</summary>
    public static string NameOf(string output, int piece, int count)
    {
        var number = (piece + 1).ToString($"D{$"{count}".Length}", System.Globalization.CultureInfo.InvariantCulture);
        return count == 1 ? output : Extended(output, $"-{number}");
    }

    /// <summary>Where a piece's level is written; null if it is not.</summary>
    public string? PathOf(int piece, int level) => writers.TryGetValue((piece, level), out var writer) ? writer.Path : null;

    /// <summary>Writes a piece's level, if it is to be written.</summary>
    public void Write(int piece, int level, ReadOnlySpan<float> samples)
    {
        if (writers.TryGetValue((piece, level), out var writer))
        {
            writer.Append(samples);
        }
    }

    /// <summary>Puts the files at their places, now that all of them are whole.</summary>
    public void Complete()
    {
        foreach (var writer in writers.Values)
        {
            writer.Complete();
        }
    }

    /// <summary>Deletes what was begun and not completed.</summary>
    public void Dispose()
    {
        foreach (var writer in writers.Values)
        {
            writer.Dispose();
        }
    }

    private static string Extended(string path, string suffix) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + suffix + Path.GetExtension(path));

    private void Open(int piece, int level, string path, int sampleRate) =>
        writers.Add((piece, level), new AudioFileWriter(path, sampleRate));
}
