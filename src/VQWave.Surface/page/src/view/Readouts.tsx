// What the instrument says of itself: level, the time of its ticks, delays, counts, and the MIDI that arrives.
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { everyFrame, fitCanvas } from "../draw/loop";
import { MeterDrawing } from "../draw/meter";
import { TraceDrawing } from "../draw/trace";
import { tickListeners } from "../player";
import type { Status } from "../model/protocol";
import { lastMidi, midiCount, status } from "../state";

export function Readouts() {
  return (
    <section class="readouts" aria-label="Readings">
      <Meter />
      <Trace />
      <Delays />
      <Counts />
      <Midi />
    </section>
  );
}

function useText(read: (now: Status) => string): ReadonlySignal<string> {
  return useComputed(() => (status.value === null ? "–" : read(status.value)));
}

function Meter() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const drawing = new MeterDrawing(canvas.current!);
    const listener = (tick: { peak: number; rms: number }) => drawing.add(tick.peak, tick.rms);
    tickListeners.push(listener);
    const stops = [
      fitCanvas(canvas.current!, (_width, _height, ratio) => drawing.resize(ratio)),
      status.subscribe((now) => {
        drawing.holdAt(now?.peak_hold_db ?? null);
      }),
      everyFrame((now) => drawing.draw(now)),
      () => tickListeners.splice(tickListeners.indexOf(listener), 1),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const peak = useText((now) => decibels(now.peak_db));
  const hold = useText((now) => decibels(now.peak_hold_db));
  const rms = useText((now) => decibels(now.rms_db));
  const clipped = useComputed(() => status.value?.clipped ?? 0);
  const rmsNow = useComputed(() => Math.max(-60, Math.min(0, status.value?.rms_db ?? -60)));
  return (
    <div class="reading reading-meter">
      <div class="reading-head">
        <span class="reading-name">Out, dBFS</span>
        <span class={`clip ${clipped.value > 0 ? "clipped" : ""}`} data-testid="clip">
          clip {clipped}
        </span>
      </div>
      <canvas
        ref={canvas}
        class="meter"
        role="meter"
        aria-label="Level"
        aria-valuemin={-60}
        aria-valuemax={0}
        aria-valuenow={rmsNow}
        aria-valuetext={rms}
        data-testid="meter"
      />
      <div class="meter-scale" aria-hidden="true">
        <span>−48</span>
        <span>−36</span>
        <span>−24</span>
        <span>−12</span>
        <span>0</span>
      </div>
      <dl class="figures">
        <Figure name="peak" value={peak} />
        <Figure name="hold" value={hold} />
        <Figure name="rms" value={rms} />
      </dl>
    </div>
  );
}

function Trace() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const drawing = new TraceDrawing(canvas.current!);
    const listener = (tick: { load: number; late: boolean }) => drawing.add(tick.load, tick.late);
    tickListeners.push(listener);
    const stops = [
      fitCanvas(canvas.current!, (_width, _height, ratio) => drawing.resize(ratio)),
      everyFrame(() => drawing.draw()),
      () => tickListeners.splice(tickListeners.indexOf(listener), 1),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const budget = useText((now) => `${now.budget_ms.toFixed(1)} ms`);
  const load = useText((now) => `${Math.round(now.load * 100)} %`);
  const median = useText((now) => now.median_ms.toFixed(1));
  const p99 = useText((now) => now.p99_ms.toFixed(1));
  const worst = useText((now) => now.worst_ms.toFixed(1));
  return (
    <div class="reading reading-trace">
      <div class="reading-head">
        <span class="reading-name">
          Tick, of <span data-testid="budget">{budget}</span>
        </span>
        <span>{load}</span>
      </div>
      <canvas ref={canvas} class="trace" role="img" aria-label="Time of each tick against the time there is" data-testid="trace" />
      <dl class="figures">
        <Figure name="med" value={median} />
        <Figure name="p99" value={p99} />
        <Figure name="worst" value={worst} />
      </dl>
    </div>
  );
}

function Delays() {
  const total = useText((now) => `${Math.round(now.delays_ms.total)} ms`);
  const part = (read: (delays: Status["delays_ms"]) => number) => useText((now) => String(Math.round(read(now.delays_ms))));
  const finest = useText((now) => `${Math.round(now.delays_ms.finest)} ms`);
  const coarsest = useText((now) => `${Math.round(now.delays_ms.coarsest)} ms`);
  return (
    <div class="reading">
      <div class="reading-head">
        <span class="reading-name">Delay</span>
        <span data-testid="delay">{total}</span>
      </div>
      <dl class="figures two">
        <Figure name="ring" value={part((delays) => delays.ring)} />
        <Figure name="decoder" value={part((delays) => delays.decoder)} />
        <Figure name="context" value={part((delays) => delays.context)} />
        <Figure name="resampler" value={part((delays) => delays.resampler)} />
        <Figure name="device" value={part((delays) => delays.device)} />
        <Figure name="finest" value={finest} />
        <Figure name="coarsest" value={coarsest} />
      </dl>
    </div>
  );
}

function Counts() {
  const count = (read: (now: Status) => number) => useText((now) => read(now).toLocaleString("en"));
  const bad = useComputed(() => (status.value?.starved_blocks ?? 0) > 0);
  return (
    <div class={`reading ${bad.value ? "reading-bad" : ""}`}>
      <div class="reading-head">
        <span class="reading-name">Counts</span>
      </div>
      <dl class="figures two">
        <Figure name="late" value={count((now) => now.late_ticks)} id="count-late" />
        <Figure name="dropped" value={count((now) => now.drops)} id="count-dropped" />
        <Figure name="starved" value={count((now) => now.starved_blocks)} id="count-starved" />
        <Figure name="xruns" value={count((now) => now.xruns)} id="count-xruns" />
        <Figure name="device lost" value={count((now) => now.losses)} />
        <Figure name="MIDI lost" value={count((now) => now.midi.dropped)} />
      </dl>
    </div>
  );
}

function Midi() {
  const light = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      midiCount.subscribe(() => {
        const lamp = light.current;
        if (lamp !== null && midiCount.peek() > 0) {
          lamp.classList.remove("blink");
          requestAnimationFrame(() => requestAnimationFrame(() => lamp.classList.add("blink")));
        }
      }),
    [],
  );
  const inputs = useText((now) => `${now.midi.inputs} ${now.midi.inputs === 1 ? "input" : "inputs"}`);
  const bend = useText((now) => `${now.bend.toFixed(2)} st`);
  const last = lastMidi.value;
  return (
    <div class="reading reading-midi" data-testid="midi">
      <div class="reading-head">
        <span class="reading-name">
          <span class="lamp" ref={light} aria-hidden="true" /> MIDI
        </span>
        <span>{inputs}</span>
      </div>
      <div class="midi-last" data-testid="midi-last">
        {last === null ? "nothing yet" : last.text}
      </div>
      <div class="midi-source">{last === null ? "" : `channel ${last.channel}, ${last.source}`}</div>
      <dl class="figures">
        <Figure name="bend" value={bend} />
      </dl>
    </div>
  );
}

function Figure({ name, value, id }: { name: string; value: ReadonlySignal<string>; id?: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  );
}

function decibels(value: number | null): string {
  return value === null ? "−∞" : value.toFixed(1).replace("-", "−");
}
