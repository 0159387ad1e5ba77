// The bar at the top: pack, presets, recorder, connection, time.
import { useComputed } from "@preact/signals";
import { send } from "../player";
import { connection, packs, panel, playingPack, presets, status, takes } from "../state";

export function TopBar() {
  return (
    <header class="top">
      <h1 class="brand">VQWave</h1>
      <Pack />
      <PresetBar />
      <Recorder />
      <Where />
      <button
        type="button"
        class="button"
        aria-expanded={panel.value === "more"}
        data-testid="more-open"
        onClick={() => togglePanel("more")}
      >
        More
      </button>
    </header>
  );
}

/** Opens a panel, or closes it where it is open. */
export function togglePanel(which: NonNullable<typeof panel.value>): void {
  panel.value = panel.value === which ? null : which;
}

function Pack() {
  const changing = useComputed(() => status.value?.changing_pack ?? false);
  const title = packs.value.find((pack) => pack.name === playingPack.value)?.title ?? status.value?.pack ?? "–";
  return (
    <button
      type="button"
      class="button top-pack"
      aria-expanded={panel.value === "packs"}
      aria-label={`Pack ${title}. Browse packs`}
      data-testid="pack-open"
      onClick={() => togglePanel("packs")}
    >
      <span class="faint">pack</span> <span class="clamp">{changing.value ? "loading …" : title}</span>
    </button>
  );
}

function PresetBar() {
  const current = useComputed(() => status.value?.preset ?? "");
  const changed = useComputed(() => status.value?.preset_changed ?? false);
  const known = presets.value.some((preset) => preset.name === current.value);
  return (
    <div class="top-preset" role="group" aria-label="Presets">
      <button type="button" class="button" aria-label="Preset before" data-testid="preset-previous" onClick={() => send({ do: "next_preset", step: -1 })}>
        ‹
      </button>
      <div class="select-box">
        <select
          aria-label={`Preset${changed.value ? ", changed since it was recalled" : ""}`}
          data-testid="preset-select"
          data-changed={changed}
          value={current.value}
          onChange={(event) => {
            send({ do: "recall", name: event.currentTarget.value });
            // What is shown is what plays: the next status brings it.
            event.currentTarget.value = current.value;
          }}
        >
          {!known && <option value={current.value}>{current.value === "" ? "no preset" : current.value}</option>}
          {presets.value.map((preset) => (
            <option key={preset.name} value={preset.name}>
              {preset.program === null ? preset.name : `${preset.program + 1} ${preset.name}`}
            </option>
          ))}
        </select>
        {changed.value && (
          <span class="changed" title="Changed since it was recalled" data-testid="preset-changed">
            *
          </span>
        )}
      </div>
      <button type="button" class="button" aria-label="Preset after" data-testid="preset-next" onClick={() => send({ do: "next_preset", step: 1 })}>
        ›
      </button>
      <button type="button" class="button" aria-expanded={panel.value === "presets"} data-testid="preset-save" onClick={() => togglePanel("presets")}>
        Save
      </button>
    </div>
  );
}

function Recorder() {
  const recording = useComputed(() => status.value?.recording ?? false);
  const time = useComputed(() => (recording.value ? clock(status.value?.take_seconds ?? 0) : "Record"));
  const lost = useComputed(() => status.value?.take_lost_frames ?? 0);
  return (
    <div class="top-recorder" role="group" aria-label="Recorder">
      <button
        type="button"
        class={`button record ${recording.value ? "on" : ""}`}
        aria-pressed={recording}
        aria-label={recording.value ? "End the take" : "Record a take"}
        data-testid="button-record"
        onClick={() => send({ do: "record" })}
      >
        <span class="record-dot" aria-hidden="true" /> <span class="record-time">{time}</span>
        {lost.value > 0 && <span class="lossy">lossy</span>}
      </button>
      <button type="button" class="button" aria-expanded={panel.value === "takes"} data-testid="takes-open" onClick={() => togglePanel("takes")}>
        Takes <span class="faint">{takes.value.length}</span>
      </button>
    </div>
  );
}

function Where() {
  const device = useComputed(() => status.value?.device ?? "");
  const rate = useComputed(() => {
    const now = status.value;
    return now === null ? "" : `${(now.sample_rate / 1000).toLocaleString("en")} kHz, ${now.block_frames} frames`;
  });
  const silent = useComputed(() => status.value !== null && !status.value.sounding);
  const seconds = useComputed(() => clock(status.value?.seconds ?? 0));
  return (
    <div class="where">
      <div class="where-device" title={device.value}>
        {silent.value ? <span class="no-sound">NO SOUND</span> : <span class="clamp">{device}</span>}
        <span class="faint where-rate">{rate}</span>
      </div>
      <span class="where-time" aria-label="Time played">
        {seconds}
      </span>
      <span
        class={`connection ${connection.value}`}
        role="status"
        data-testid="connection"
        data-state={connection.value}
        title={connection.value}
        aria-label={`The page is ${connection.value}`}
      />
    </div>
  );
}

/** Seconds as minutes and seconds, with hours where there are some. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
