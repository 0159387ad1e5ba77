// The lanes: each level's codes in their colours, as they are written, scrolling under the play head. All lanes share one column
// width, the time of the second coarsest level's code; where a level is finer, a column holds its codes from top to bottom, so that
// every code of every level is a tile that can be seen.
import type { LaneTick, Tick } from "../model/frames";
import { greyColors, type LevelColors } from "../model/palette";
import { PlayHead } from "../model/playhead";
import { ACCENT, HEAD, STAGE } from "./colors";
import { ScrollBuffer } from "./scroll";
import type { Timeline } from "./timeline";

/** CSS pixels between lanes; style/stage.css has the same between the heads of the lanes. */
export const LANE_GAP = 4;

const REST = "rgba(7, 9, 12, 0.68)";
const AHEAD = "rgba(7, 9, 12, 0.42)";

export class LaneDrawing {
  private readonly scroll = new ScrollBuffer(STAGE);
  private readonly context: CanvasRenderingContext2D;
  private readonly head: PlayHead;
  private colors: string[][] = [];
  private tops: number[] = [];
  private heights: number[] = [];
  private resting: boolean[] = [];
  /** Added to samples so that the axis runs on where a piece begins again. */
  private base = 0;
  private piece = -1;
  private position = 0;
  private slept = false;
  private furthest = 0;
  private waiting = -1;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly compressions: number[],
    private readonly rate: number,
    private timeline: Timeline,
  ) {
    this.context = canvas.getContext("2d", { alpha: false })!;
    this.head = new PlayHead(rate);
    this.colors = compressions.map(() => greyColors(1024));
    this.resize(canvas.height, timeline);
  }

  /** Takes another size or axis; what was drawn is forgotten. */
  resize(height: number, timeline: Timeline): void {
    this.timeline = timeline;
    const count = Math.max(1, this.compressions.length);
    const gap = Math.round(LANE_GAP * timeline.ratio);
    const each = (height - gap * (count - 1)) / count;
    this.tops = this.compressions.map((_, i) => Math.round(i * (each + gap)));
    this.heights = this.compressions.map((_, i) => Math.round(i * (each + gap) + each) - this.tops[i]!);
    this.scroll.resize(Math.ceil(timeline.width / timeline.column + 8) * timeline.column, height);
  }

  /** Takes the colours of the pack that plays; what is drawn keeps its own. */
  recolor(palette: LevelColors[]): void {
    this.colors = this.compressions.map((compression, i) => {
      const css = palette.find((level) => level.compression === compression)?.css;
      return css !== undefined && css.length > 0 ? css : this.colors[i]!;
    });
  }

  /** How far the furthest level is ahead of the ear, in seconds, since this was last asked. */
  takeAhead(): number {
    const ahead = this.furthest / this.rate;
    this.furthest = 0;
    return ahead;
  }

  /** Draws the codes of a tick into the scrolling picture. */
  add(tick: Tick, now: number): void {
    if (document.hidden) {
      this.slept = true;
      this.piece = tick.piece;
      this.position = tick.position;
      return;
    }
    const begins = tick.piece !== this.piece || tick.position < this.position;
    if (this.slept) {
      this.slept = false;
      this.scroll.forget();
      this.head.restart();
    } else if (begins) {
      this.beginAnew(tick, now);
    }
    this.piece = tick.piece;
    this.position = tick.position;
    const heard = tick.position - tick.ring;
    this.head.observe(heard, tick.position, now);
    for (let i = 0; i < tick.levels.length && i < this.compressions.length; i++) {
      const lane = tick.levels[i]!;
      this.resting[i] = lane.count === 0 || i > tick.levelHeard;
      this.paint(i, lane);
      if (lane.count > 0) {
        this.furthest = Math.max(this.furthest, lane.first + lane.count * this.compressions[i]! - heard);
      }
    }
    if (tick.frozen) {
      this.markFrozen(tick);
    }
  }

  /**
   * Takes what the player says ten times a second, whether it writes or not: where the ear has not moved since the last time, the music
   * waits for a note.
   */
  settle(position: number, ring: number): void {
    const heard = position - ring;
    if (heard === this.waiting && position === this.position) {
      this.head.stand(heard);
    }
    this.waiting = heard;
  }

  /** Draws a frame. */
  draw(now: number): void {
    const { context, timeline } = this;
    const height = this.scroll.height;
    context.fillStyle = STAGE;
    context.fillRect(0, 0, timeline.width, height);
    const left = Math.round(this.pixel(this.head.where(now) + this.base)) - timeline.head;
    this.scroll.copyTo(context, left, timeline.width);
    context.fillStyle = AHEAD;
    context.fillRect(timeline.head, 0, timeline.width - timeline.head, height);
    context.fillStyle = REST;
    for (let i = 0; i < this.tops.length; i++) {
      if (this.resting[i] === true) {
        context.fillRect(0, this.tops[i]!, timeline.width, this.heights[i]!);
      }
    }
    context.fillStyle = HEAD;
    context.fillRect(timeline.head, 0, Math.max(1, Math.round(1.5 * timeline.ratio)), height);
  }

  private pixel(sample: number): number {
    return (sample / this.timeline.unit) * this.timeline.column;
  }

  private column(sample: number): number {
    return Math.floor(sample / this.timeline.unit) * this.timeline.column;
  }

  // The new piece goes on at the play head; what had been written beyond it is not to be heard any more.
  private beginAnew(tick: Tick, now: number): void {
    if (this.piece >= 0) {
      const shown = this.head.where(now) + this.base;
      const unit = this.timeline.unit;
      this.base = Math.round((shown - (tick.position - tick.ring)) / unit) * unit;
      const column = this.column(shown);
      this.scroll.rewind(column);
      this.scroll.extend(column);
      this.scroll.fill(column - this.timeline.column, Math.max(1, Math.round(this.timeline.ratio)), 0, this.scroll.height, ACCENT);
    }
    this.head.restart();
  }

  private paint(level: number, lane: LaneTick): void {
    const compression = this.compressions[level]!;
    const { unit, column } = this.timeline;
    const colors = this.colors[level]!;
    const top = this.tops[level]!;
    const height = this.heights[level]!;
    const rows = Math.max(1, Math.round(unit / compression));
    for (let i = 0; i < lane.count; i++) {
      const sample = lane.first + i * compression + this.base;
      const x = this.column(sample);
      const color = colors[lane.codes[i]!] ?? HEAD;
      if (rows === 1) {
        const width = Math.max(column, this.column(sample + compression) - x);
        this.scroll.extend(x + width);
        this.scroll.fill(x, width, top, height, color);
      } else {
        this.scroll.extend(x + column);
        const row = Math.min(rows - 1, Math.floor((sample - (x / column) * unit) / compression));
        const from = Math.round((row * height) / rows);
        this.scroll.fill(x, column, top + from, Math.round(((row + 1) * height) / rows) - from, color);
      }
    }
  }

  private markFrozen(tick: Tick): void {
    const lane = tick.levels[0];
    if (lane !== undefined && lane.count > 0) {
      const x = this.column(lane.first + this.base);
      const width = this.column(lane.first + lane.count * this.compressions[0]! + this.base) - x;
      const line = Math.max(2, Math.round(3 * this.timeline.ratio));
      this.scroll.fill(x, width, this.tops[0]!, line, ACCENT);
    }
  }
}
