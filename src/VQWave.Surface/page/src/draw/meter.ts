// The level meter: RMS as a bar, the peak thinner over it, the highest peak of the last seconds as a stroke; decibels of full scale.
import { BAD, HEAD, LINE, OK, STAGE, WARM } from "./colors";

const LOWEST = -60;
/** Decibels a second by which the bars fall. */
const FALL = 26;
/** Milliseconds without a tick after which nothing is shown to sound. */
const SILENT_AFTER = 400;

export class MeterDrawing {
  private readonly context: CanvasRenderingContext2D;
  private peak = LOWEST;
  private rms = LOWEST;
  private targetPeak = LOWEST;
  private targetRms = LOWEST;
  private hold = LOWEST;
  private last = 0;
  private heard = 0;
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false })!;
  }

  resize(ratio: number): void {
    this.ratio = ratio;
  }

  /** Linear values of the latest tick. */
  add(peak: number, rms: number): void {
    this.targetPeak = decibels(peak);
    this.targetRms = decibels(rms);
    this.heard = performance.now();
  }

  /** The peak hold, in dB, or null for silence. */
  holdAt(value: number | null): void {
    this.hold = value ?? LOWEST;
  }

  draw(now: number): void {
    const fall = (FALL * Math.min(100, now - this.last)) / 1000;
    this.last = now;
    if (now - this.heard > SILENT_AFTER) {
      this.targetPeak = LOWEST;
      this.targetRms = LOWEST;
    }
    this.peak = Math.max(this.targetPeak, this.peak - fall);
    this.rms = Math.max(this.targetRms, this.rms - fall);
    const { width, height } = this.canvas;
    const { context, ratio } = this;
    context.fillStyle = STAGE;
    context.fillRect(0, 0, width, height);
    context.fillStyle = this.peak > -0.1 ? BAD : this.peak > -6 ? WARM : OK;
    const thin = Math.round(height * 0.38);
    context.fillRect(0, Math.round((height - thin) / 2), place(this.peak, width), thin);
    const thick = height - 2 * Math.round(2 * ratio);
    context.fillRect(0, Math.round((height - thick) / 2), place(this.rms, width), thick);
    context.fillStyle = LINE;
    for (let mark = -48; mark < 0; mark += 12) {
      context.fillRect(place(mark, width), 0, Math.max(1, Math.round(ratio)), height);
    }
    if (this.hold > LOWEST) {
      context.fillStyle = this.hold > -0.1 ? BAD : HEAD;
      context.fillRect(Math.min(width - 2 * ratio, place(this.hold, width)), 0, Math.round(2 * ratio), height);
    }
  }
}

function decibels(linear: number): number {
  return linear > 0 ? Math.max(LOWEST, 20 * Math.log10(linear)) : LOWEST;
}

function place(value: number, width: number): number {
  return Math.round((Math.min(0, Math.max(LOWEST, value)) / -LOWEST + 1) * width);
}
