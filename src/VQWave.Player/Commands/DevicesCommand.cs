using System.CommandLine;
using VQWave.Devices;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "devices",
            """
            List sound outputs, the JACK server and MIDI inputs, and say what is missing.

            What 'vqwave play' takes from it:
              --audio     a sound output: its number, or part of its name
              --host      the interface in brackets behind a sound output, such as ALSA
              --jack      play as a JACK client, where a server is listed
              --midi-in   a MIDI input: part of its name; by default all of them are heard

            Examples:
              vqwave devices
              vqwave devices --json
            """
        )
        {
            json,
        };
        command.SetAction(
            (result, _) =>
                Task.Run(
                    () =>
                    {
                        var catalog = DeviceCatalog.Read();
                        if (result.GetValue(json))
                        {
                            Console.Out.WriteLine(catalog.ToJson());
                        }
                        else
                        {
                            Console.Out.Write(catalog.ToText());
                        }

                        return ExitCodes.Success;
                    },
                    CancellationToken.None
                )
        );
        return command;
    }
}
