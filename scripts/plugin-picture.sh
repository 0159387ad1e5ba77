#!/usr/bin/env bash
# Takes the picture of docs/plugin.md: the built plug-in in Ardour, on a screen that nobody sees.
# usage: scripts/plugin-picture.sh [PICTURE]     default: docs/images/plugin-in-ardour.png
# Needs: make plugin, scripts/setup.sh daw, and openbox, xdotool and imagemagick of the distribution.
set -euo pipefail
cd "$(dirname "$0")/.."
picture=$(realpath -m "${1:-docs/images/plugin-in-ardour.png}")
ardour=/usr/lib/ardour7
for program in ardour7-lua Xvfb openbox xdotool import; do
    command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 1; }
done

work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
export HOME=$work/home XDG_CONFIG_HOME=$work/home/config XDG_CACHE_HOME=$work/home/cache XDG_DATA_HOME=$work/home/data
mkdir -p "$HOME/config/ardour7" "$HOME/cache" "$HOME/data"
scripts/install-plugin.sh bin/VQWave.vst3 "$HOME/.vst3" 2>/dev/null
# Ardour holds a scan for stale that is of the same second as the library.
touch -d '1 hour ago' "$HOME/.vst3/VQWave.vst3/Contents/x86_64-linux/VQWave.so"
LD_LIBRARY_PATH=$ardour "$ardour/ardour-vst3-scanner" -f "$HOME/.vst3/VQWave.vst3" >/dev/null
# Nothing to welcome anybody to, and an engine that needs no sound device.
touch "$HOME/config/ardour7/.a7"
cat > "$HOME/config/ardour7/config" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="try-autostart-engine" value="1"/>
  </Config>
  <Extra>
    <AudioMIDISetup>
      <EngineStates>
        <State backend="None (Dummy)" driver="Normal Speed" device="Silence" input-device="" output-device="" sample-rate="48000" buffer-size="1024" n-periods="0" input-latency="0" output-latency="0" input-channels="0" output-channels="0" active="1" use-buffered-io="0" midi-option="No MIDI I/O" lru="1"/>
      </EngineStates>
    </AudioMIDISetup>
  </Extra>
</Ardour>
XML

for display in $(seq 90 120); do [ -e "/tmp/.X$display-lock" ] || break; done
export DISPLAY=:$display
Xvfb "$DISPLAY" -screen 0 1600x1100x24 >/dev/null 2>&1 &
pids+=($!)
sleep 1
openbox >/dev/null 2>&1 &
pids+=($!)

cat > "$work/make.lua" <<LUA
AudioEngine:set_backend("None (Dummy)", "", "")
local s = create_session("$work/piece", "piece", 48000)
assert(s)
local pi = ARDOUR.LuaAPI.new_plugin_info("VQWave", ARDOUR.PluginType.VST3)
assert(not pi:isnil())
local midi = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
local audio = ARDOUR.ChanCount(ARDOUR.DataType("audio"), 2)
local tracks = s:new_midi_track(midi, audio, true, pi, nil, nil, 1, "VQWave", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
for t in tracks:iter() do
  local proc = t:nth_plugin(0)
  local plug = proc:to_insert():plugin(0)
  for j = 0, plug:parameter_count() - 1 do
    local label = plug:parameter_label(j)
    if label == "Mode" then ARDOUR.LuaAPI.set_processor_param(proc, j, 1) end
    if label == "Temperature" then
      local al, cl, pd = ARDOUR.LuaAPI.plugin_automation(proc, j)
      for i = 0, 16 do
        local height = 0.5 + 0.3 * math.sin(i * 0.8)
        cl:add(Temporal.timepos_t(i * 24000), pd.lower + (pd.upper - pd.lower) * height, false, true)
      end
      print("temperature", j)
    end
  end
end
ARDOUR.LuaAPI.usleep(500000)
s:save_state("")
print("made")
close_session()
quit()
LUA
ardour7-lua "$work/make.lua" > "$work/make.log" 2>&1 || true
grep -q '^made' "$work/make.log" || { cat "$work/make.log" >&2; exit 1; }

# A region of eight notes, which no script can make, and the drawn curve, which is to be played and seen.
beat=1920
track=""
note() { # pitch, beats: one after the other
    local ticks=$(($2 * beat))
    track+=$(printf '\\x00\\x90\\x%02x\\x64\\x%02x\\x%02x\\x80\\x%02x\\x40' "$1" $((128 | ticks >> 7)) $((ticks & 127)) "$1")
}
for pitch in 60 62 64 65 64 62 64 60; do note $pitch 2; done
track+='\x00\xff\x2f\x00'
length=$(printf "$track" | wc -c)
folder=$work/piece/interchange/piece/midifiles
mkdir -p "$folder"
{
    printf 'MThd\x00\x00\x00\x06\x00\x00\x00\x01'
    printf "\\x$(printf %02x $((beat >> 8)))\\x$(printf %02x $((beat & 255)))"
    printf 'MTrk\x00\x00\x00'
    printf "\\x$(printf %02x "$length")"
    printf "$track"
} > "$folder/notes.mid"
session=$work/piece/piece.ardour
region="name=\"notes\" muted=\"0\" opaque=\"1\" locked=\"0\" video-locked=\"0\" automatic=\"0\" import=\"0\" external=\"0\" hidden=\"0\" position-locked=\"0\" valid-transients=\"0\" start=\"b0\" length=\"b$((16 * beat))@b0\" position=\"b0\" sync-position=\"b0\" ancestral-start=\"b0\" ancestral-length=\"b0@b0\" stretch=\"1\" shift=\"1\" layering-index=\"0\" first-edit=\"nothing\" type=\"midi\" source-0=\"90001\" master-source-0=\"90001\""
sed -i \
    -e 's| id-counter="[0-9]*"| id-counter="100000"|' \
    -e "s|<Sources/>|<Sources><Source id=\"90001\" name=\"notes.mid\" type=\"midi\" flags=\"Writable,CanRename\" take-id=\"\" origin=\"\" timespine=\"1\" natural-position=\"b0\" have-natural-position=\"1\"/></Sources>|" \
    -e "s|<Regions/>|<Regions><Region id=\"90002\" whole-file=\"1\" $region/></Regions>|" \
    -e "s|\(<Playlist [^>]*type=\"midi\"[^>]*\)/>|\1><Region id=\"90003\" whole-file=\"0\" $region/></Playlist>|" \
    -e '/automation-id="parameter-0"/s|state="Off"|state="Play"|' \
    "$session"
grep -q '90003' "$session" || { echo "the session's playlist is not as expected" >&2; exit 1; }

ardour -n "$work/piece" piece > "$work/gui.log" 2>&1 &
pids+=($!)
await() { # a window's title
    for _ in $(seq 60); do
        window=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -1) && [ -n "$window" ] && return
        sleep 1
    done
    echo "Ardour shows no window '$1'" >&2
    tail -5 "$work/gui.log" >&2
    exit 1
}
click() { # x, y, times: within the screen that this script has made
    xdotool mousemove "$1" "$2" click --repeat "${3:-1}" --delay 80 1
    sleep 1
}
await 'piece - Ardour'
editor=$window
sleep 5
xdotool windowsize "$editor" 1600 1075 windowmove "$editor" 0 0
sleep 2
xdotool key --window "$editor" shift+e   # the track's mixer strip
sleep 2
click 161 364     # the track
click 1479 126 2  # zoom in
click 70 189 2    # the plug-in
await 'VQWave: VQWave'
sleep 2
xdotool windowmove "$window" 390 490
xdotool mousemove 1200 400
# What automation plays is shown: the picture is of the fourth second.
xdotool key --window "$editor" space
sleep 3.2
mkdir -p "$(dirname "$picture")"
import -window root +dither -colors 200 "PNG8:$picture"
echo "$picture: $(stat -c %s "$picture") bytes" >&2
