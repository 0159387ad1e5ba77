// The spectrogram of what the device plays: log frequency upwards, time to the right, on the lanes' time axis and play head.
import type { Spectrum } from "../model/frames";
import { PlayHead } from "../model/playhead";
import { heatTable, HEAD, STAGE } from "./colors";
import { ScrollBuffer } from "./scroll";
import type { Timeline } from "./timeline";

/** Below this the picture is black: the noise of a spectrum is not to glow. dB of full scale. */
const FLOOR = -92;
const TOP = -18;

export class SpectrogramDrawing {
  private readonly scroll = new ScrollBuffer(STAGE);
  private readonly context: CanvasRenderingContext2D;
  private readonly scratch = document.createElement("canvas");
  private readonly scratchContext: CanvasRenderingContext2D;
  private readonly heat: Uint8ClampedArray;
  private readonly head = new PlayHead(1);
  private image: ImageData | null = null;
  private base = 0;
  private end = 0;
  private known = false;

  constructor(
    canvas: HTMLCanvasElement,
    private timeline: Timeline,
  ) {
    this.context = canvas.getContext("2d", { alpha: false })!;
    this.scratchContext = this.scratch.getContext("2d", { alpha: false })!;
    this.heat = stretched(heatTable());
    this.resize(canvas.height, timeline);
  }

  /** Takes another size or axis; what was drawn is forgotten. */
  resize(height: number, timeline: Timeline): void {
    this.timeline = timeline;
    this.scroll.resize(timeline.width + 64, height);
    this.scroll.context.imageSmoothingEnabled = true;
  }

  /** Draws columns into the scrolling picture. */
  add(spectrum: Spectrum, now: number): void {
    if (document.hidden) {
      this.known = false;
      return;
    }
    const first = spectrum.firstSeconds;
    const end = first + spectrum.columns * spectrum.secondsPerColumn;
    if (!this.known || first < this.end - 0.1) {
      // The device begins anew: the picture goes on where it is.
      this.base = this.known ? this.head.where(now) + this.base - end : 0;
      this.head.restart();
      if (!this.known) {
        this.scroll.forget();
      }
    }
    this.known = true;
    this.end = end;
    this.head.observe(end, end + 1, now);
    this.color(spectrum);
    const pixels = this.timeline.pixelsPerSecond;
    for (let i = 0; i < spectrum.columns; i++) {
      const from = Math.floor((first + i * spectrum.secondsPerColumn + this.base) * pixels);
      const to = Math.floor((first + (i + 1) * spectrum.secondsPerColumn + this.base) * pixels);
      if (to > from) {
        this.scroll.extend(to);
        this.scroll.stamp(this.scratch, i, from, to - from);
      }
    }
  }

  /** Draws a frame. */
  draw(now: number): void {
    const { context, timeline } = this;
    context.fillStyle = STAGE;
    context.fillRect(0, 0, timeline.width, this.scroll.height);
    const left = Math.round((this.head.where(now) + this.base) * timeline.pixelsPerSecond) - timeline.head;
    this.scroll.copyTo(context, left, timeline.head);
    context.fillStyle = HEAD;
    context.fillRect(timeline.head, 0, Math.max(1, Math.round(1.5 * timeline.ratio)), this.scroll.height);
  }

  private color(spectrum: Spectrum): void {
    const { columns, bins, values } = spectrum;
    if (columns === 0) {
      return;
    }
    if (this.image === null || this.image.width < columns || this.image.height !== bins) {
      this.scratch.width = Math.max(columns, 8);
      this.scratch.height = bins;
      this.image = this.scratchContext.createImageData(this.scratch.width, bins);
    }
    const image = this.image;
    for (let bin = 0; bin < bins; bin++) {
      let at = (bins - 1 - bin) * image.width * 4;
      // Beyond the last column it is repeated: a column that is stretched takes a little of its neighbour, which must not be an old one.
      for (let column = 0; column < image.width; column++) {
        const color = 4 * values[Math.min(column, columns - 1) * bins + bin]!;
        image.data[at++] = this.heat[color]!;
        image.data[at++] = this.heat[color + 1]!;
        image.data[at++] = this.heat[color + 2]!;
        image.data[at++] = 255;
      }
    }
    this.scratchContext.putImageData(image, 0, 0);
  }
}

// The colours over the range that is shown, for each of the 256 levels that are sent.
function stretched(heat: Uint8ClampedArray): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const decibels = (i * 100) / 255 - 100;
    const share = Math.min(1, Math.max(0, (decibels - FLOOR) / (TOP - FLOOR)));
    const from = 4 * Math.round(255 * share);
    table.set(heat.subarray(from, from + 4), 4 * i);
  }
  return table;
}
