// The stage: the heads of the lanes with their knobs, the lanes, and below them the spectrogram on the same time axis.
import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { everyFrame, fitCanvas } from "../draw/loop";
import { LaneDrawing } from "../draw/lanes";
import { SpectrogramDrawing } from "../draw/spectrogram";
import { layTimeline, timeline, ZOOMS } from "../draw/timeline";
import { frequencyMarks, frequencyPlace, timeMarks } from "../model/axis";
import { fetchPalette } from "../model/palette";
import { spectrumListeners, tickListeners } from "../player";
import { levels, modelRate, playingPack, say, session, status, tickSamples } from "../state";
import { LaneHead } from "./LaneHead";
import { Messages } from "./Messages";

const zoom = signal(window.innerWidth < 600 ? 1 : window.innerWidth < 1600 ? 2 : 3);
/** Seconds that the levels are ahead of the ear, rounded so that the axis stands still. */
const ahead = signal(0.3);
const spectrumRange = signal({ low: 50, high: 10000 });

const laneKey = computed(() => `${levels.value.join()} ${modelRate.value} ${session.value}`);

export function Stage() {
  return (
    <section class="stage" aria-label="Codes and spectrum">
      <div class="lane-heads">
        {levels.value.map((compression, i) => (
          <LaneHead key={`${compression}-${i}`} level={i} compression={compression} />
        ))}
      </div>
      <Lanes key={laneKey.value} />
      <FrequencyAxis />
      <Spectrogram key={session.value} />
      <Messages />
      <Zoom />
      <TimeAxis />
    </section>
  );
}

function Lanes() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const drawing = new LaneDrawing(element, levels.peek(), modelRate.peek(), timeline.peek());
    let height = 1;
    let width = 1;
    let ratio = 1;
    const lay = () => {
      timeline.value = layTimeline(width, ratio, zoom.value, ahead.value, modelRate.peek(), tickSamples.peek());
      drawing.resize(height, timeline.value);
    };
    const stops = [
      fitCanvas(element, (w, h, r) => {
        [width, height, ratio] = [w, h, r];
        lay();
      }),
      zoom.subscribe(lay),
      ahead.subscribe(lay),
      playingPack.subscribe((pack) => {
        if (pack === "") {
          return;
        }
        fetchPalette()
          .then((palette) => drawing.recolor(palette))
          .catch((problem: unknown) => say("surface", String(problem instanceof Error ? problem.message : problem), true));
      }),
      everyFrame((now) => drawing.draw(now)),
      listen(tickListeners, (tick) => drawing.add(tick, performance.now())),
      status.subscribe((now) => now !== null && drawing.settle(now.position, now.ring_fill)),
      follow(drawing),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const names = levels.value.map((compression) => `${compression}x`).join(", ");
  return (
    <canvas
      ref={canvas}
      class="lanes"
      role="img"
      aria-label={`Codes of ${names}, coarse to fine, scrolling under the play head; what is right of it will be heard next`}
      data-testid="lanes"
    />
  );
}

// Looks now and then how far ahead the levels are, and moves the play head where that has changed much.
function follow(drawing: LaneDrawing): () => void {
  const timer = setInterval(() => {
    const seconds = drawing.takeAhead();
    const wanted = Math.ceil(seconds * 10 + 0.2) / 10;
    if (seconds > 0 && (seconds > ahead.peek() || wanted < ahead.peek() - 0.25)) {
      ahead.value = wanted;
    }
  }, 2000);
  return () => clearInterval(timer);
}

function Spectrogram() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const drawing = new SpectrogramDrawing(element, timeline.peek());
    let height = element.height;
    const stops = [
      fitCanvas(element, (_, h) => {
        height = h;
        drawing.resize(height, timeline.peek());
      }),
      timeline.subscribe((axis) => drawing.resize(height, axis)),
      everyFrame((now) => drawing.draw(now)),
      listen(spectrumListeners, (spectrum) => {
        if (spectrum.lowHz !== spectrumRange.peek().low || spectrum.highHz !== spectrumRange.peek().high) {
          spectrumRange.value = { low: spectrum.lowHz, high: spectrum.highHz };
        }
        drawing.add(spectrum, performance.now());
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <canvas
      ref={canvas}
      class="spectrogram"
      role="img"
      aria-label="Spectrogram of what is played: frequency upwards on a logarithmic axis, time to the right"
      data-testid="spectrogram"
    />
  );
}

function FrequencyAxis() {
  const { low, high } = spectrumRange.value;
  return (
    <div class="frequency-axis" aria-hidden="true">
      <span class="axis-unit">Hz</span>
      {frequencyMarks(low, high).map((mark) => (
        <span key={mark.value} class="frequency-mark" style={{ bottom: `${100 * frequencyPlace(mark.value, low, high)}%` }}>
          {mark.text}
        </span>
      ))}
    </div>
  );
}

function TimeAxis() {
  const { width, ratio, head, pixelsPerSecond } = timeline.value;
  const marks = timeMarks(head / pixelsPerSecond, (width - head) / pixelsPerSecond, pixelsPerSecond / ratio, 76);
  return (
    <div class="time-axis" aria-hidden="true">
      {marks
        .filter((mark) => head + mark.value * pixelsPerSecond > 20 * ratio && head + mark.value * pixelsPerSecond < width - 14 * ratio)
        .map((mark) => (
          <span
            key={mark.text}
            class={`time-mark ${mark.value === 0 ? "time-now" : ""}`}
            style={{ left: `${(head + mark.value * pixelsPerSecond) / ratio}px` }}
          >
            {mark.text}
          </span>
        ))}
    </div>
  );
}

function Zoom() {
  const move = (by: number) => {
    zoom.value = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(zoom.value) + by))]!;
  };
  return (
    <div class="zoom" role="group" aria-label="Time axis">
      <button type="button" class="button small" aria-label="More time" data-testid="zoom-out" onClick={() => move(-1)}>
        −
      </button>
      <button type="button" class="button small" aria-label="Less time, larger" data-testid="zoom-in" onClick={() => move(1)}>
        +
      </button>
    </div>
  );
}

function listen<T>(listeners: ((value: T) => void)[], listener: (value: T) => void): () => void {
  listeners.push(listener);
  return () => {
    listeners.splice(listeners.indexOf(listener), 1);
  };
}
