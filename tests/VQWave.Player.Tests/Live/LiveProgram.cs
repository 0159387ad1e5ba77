using System.Diagnostics;
using System.Text.Json.Nodes;
using VQWave.Devices.Tests;

namespace VQWave.Player.Tests.Live;

/// <summary>The program while it plays: what it says in JSON, line by line, and how it is ended.</summary>
internal sealed class LiveProgram : IDisposable
{
    // A busy machine takes long to load a pack.
    private const double Patience = 60;
    private readonly Process process;
    private readonly List<JsonObject> events = [];
    private readonly Thread reader;
    private readonly Task<string> error;

    private LiveProgram(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
        reader = new Thread(Read) { IsBackground = true };
        reader.Start();
    }

    /// <summary>How many events there are by now: a place to wait from.</summary>
    public int Now
    {
        get
        {
            lock (events)
            {
                return events.Count;
            }
        }
    }

    public Process Process => process;

    /// <summary>Starts 'vqwave play --json' and waits until it plays.</summary>
    public static LiveProgram Start(PlayerFixture player, string folder, params string[] arguments) =>
        Start(player.Describe(folder, ["play", "--json", .. arguments]));

    /// <summary>Starts what plays, and waits until it does.</summary>
    public static LiveProgram Start(ProcessStartInfo start)
    {
        var program = new LiveProgram(System.Diagnostics.Process.Start(start)!);
        try
        {
            program.WaitFor("start", 0);
            return program;
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    /// <summary>Waits for an event of a kind.</summary>
    /// <param name="name">Its kind.</param>
    /// <param name="from">Where to look from, see <see cref="Now"/>.</param>
    /// <param name="condition">What must hold of it; null for nothing.</param>
    public JsonObject WaitFor(string name, int from, Func<JsonObject, bool>? condition = null)
    {
        JsonObject? found = null;
        Wait.For(() => (found = Find(name, from, condition)) is not null || HasEnded, $"the event '{name}' of the program", Patience);
        found ??= Find(name, from, condition);
        if (found is null)
        {
            Assert.Fail($"The program ended without the event '{name}': {(error.Wait(5000) ? error.Result : "")}");
        }

        return found;
    }

    /// <summary>The next status after now.</summary>
    public JsonObject NextStatus() => WaitFor("status", Now);

    /// <summary>Waits until the engine was read so many seconds further than it is now.</summary>
    public void PlayFor(double seconds, int sampleRate = 22050)
    {
        var position = NextStatus()["position"]!.GetValue<long>();
        WaitFor("status", Now, e => e["position"]!.GetValue<long>() >= position + (seconds * sampleRate));
    }

    /// <summary>All events of a kind.</summary>
    public List<JsonObject> All(string name, int from = 0)
    {
        lock (events)
        {
            return [.. events.Skip(from).Where(e => e["event"]!.GetValue<string>() == name)];
        }
    }

    /// <summary>Ends the program as Ctrl-C does, asserts that it ends well, and returns its last event.</summary>
    public JsonObject Finish()
    {
        PlayerFixture.Interrupt(process);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(Patience)), "The program does not end.");
        Assert.True(reader.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal("", error.Result);
        Assert.Equal(0, process.ExitCode);
        return WaitFor("end", 0);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(10_000);
        }

        reader.Join(5000);
        process.Dispose();
    }

    private bool HasEnded => process.HasExited && !reader.IsAlive;

    private JsonObject? Find(string name, int from, Func<JsonObject, bool>? condition)
    {
        lock (events)
        {
            for (var i = from; i < events.Count; i++)
            {
                if (events[i]["event"]!.GetValue<string>() == name && condition?.Invoke(events[i]) != false)
                {
                    return events[i];
                }
            }

            return null;
        }
    }

    private void Read()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var parsed = JsonNode.Parse(line)!.AsObject();
            lock (events)
            {
                events.Add(parsed);
            }
        }
    }
}
