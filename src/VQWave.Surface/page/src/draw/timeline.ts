// The time axis that lanes and spectrogram share: so many screen pixels a second, and one play head. A column of the lanes is a
// whole number of screen pixels wide, so that codes stay sharp while they scroll.
import { signal } from "@preact/signals";

export interface Timeline {
  /** Width of the drawings in screen pixels. */
  width: number;
  /** Screen pixels a CSS pixel. */
  ratio: number;
  /** Samples of the model that a column of the lanes stands for. */
  unit: number;
  /** Screen pixels of a column. */
  column: number;
  pixelsPerSecond: number;
  /** The play head's place in screen pixels. */
  head: number;
}

export const ZOOMS = [0.5, 1, 2, 3, 4, 8];

/** The longest lookahead takes this share of the width. */
const MOST_AHEAD = 0.34;

export const timeline = signal<Timeline>({ width: 1, ratio: 1, unit: 128, column: 2, pixelsPerSecond: 344, head: 0 });

/**
 * Lays the axis out.
 * @param zoom CSS pixels of a column
 * @param ahead seconds that lie to the right of the play head
 */
export function layTimeline(width: number, ratio: number, zoom: number, ahead: number, rate: number, tickSamples: number): Timeline {
  const unit = Math.max(1, Math.round(tickSamples / 4));
  const column = Math.max(1, Math.round(zoom * ratio));
  const pixelsPerSecond = (column * rate) / unit;
  const right = Math.min(width * MOST_AHEAD, Math.max(ahead * pixelsPerSecond, 24 * ratio));
  return { width, ratio, unit, column, pixelsPerSecond, head: Math.round(width - right) };
}
