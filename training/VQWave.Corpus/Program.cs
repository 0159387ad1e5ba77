namespace VQWave.Corpus;

/// <summary>The program <c>vqwave-corpus</c>.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            cancellation.Cancel();
        };
        return Run(args, Console.Out, Console.Error, cancellation.Token);
    }

    /// <summary>Runs with the given streams; returns the exit code: 0, 1 for failure, 2 for a bad command line.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        CorpusOptions options;
        try
        {
            options = CorpusOptions.Parse(args);
        }
        catch (CorpusException e)
        {
            error.WriteLine($"vqwave-corpus: {e.Message}");
            return 2;
        }

        if (options.Help)
        {
            output.WriteLine(CorpusOptions.Usage);
            return 0;
        }

        try
        {
            CorpusManifest manifest = new CorpusBuilder(options, error).Build(cancellation);
            output.WriteLine(options.Json ? manifest.ToJson() : Summary(manifest, options.Output));
            return 0;
        }
        catch (CorpusException e)
        {
            error.WriteLine($"vqwave-corpus: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("vqwave-corpus: stopped; run it again to go on where it stopped");
            return 130;
        }
    }

    private static string Summary(CorpusManifest manifest, string folder)
    {
        CorpusTotals totals = manifest.Totals;
        string text =
            $"{totals.Pieces} pieces, {totals.Minutes:0.0} minutes in '{folder}' "
            + $"({totals.HeldOutPieces} pieces, {totals.HeldOutMinutes:0.0} minutes held out)";
        return totals.ShareAbove1kHz is null
            ? text
            : $"{text}\nenergy above 1 kHz {100 * totals.ShareAbove1kHz:0.00} %, "
                + $"above 4 kHz {100 * totals.ShareAbove4kHz:0.00} %, "
                + $"RMS {totals.RmsDb:0.0} dBFS, peak {totals.PeakDb:0.0} dBFS";
    }
}
