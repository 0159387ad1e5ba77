// A picture that scrolls without being drawn again: a canvas used as a ring. New columns are drawn into it where the old ones leave,
// and a frame copies it in two pieces at most. Places are whole screen pixels on an endless axis.

export class ScrollBuffer {
  private readonly canvas = document.createElement("canvas");
  readonly context: CanvasRenderingContext2D;
  private clearedTo = 0;
  private started = false;

  constructor(private readonly background: string) {
    this.context = this.canvas.getContext("2d", { alpha: false })!;
  }

  get width(): number {
    return this.canvas.width;
  }

  get height(): number {
    return this.canvas.height;
  }

  /** Where the picture ends; beyond it nothing has been drawn. */
  get end(): number {
    return this.clearedTo;
  }

  /** Takes a size and forgets the picture. */
  resize(width: number, height: number): void {
    this.canvas.width = Math.max(1, width);
    this.canvas.height = Math.max(1, height);
    this.forget();
  }

  forget(): void {
    this.context.fillStyle = this.background;
    this.context.fillRect(0, 0, this.width, this.height);
    this.started = false;
  }

  /** Makes room up to a place: what was there a round ago is wiped. */
  extend(to: number): void {
    if (!this.started) {
      this.started = true;
      this.clearedTo = to - this.width;
    }
    if (to <= this.clearedTo) {
      return;
    }
    const from = Math.max(this.clearedTo, to - this.width);
    this.clearedTo = to;
    this.fill(from, to - from, 0, this.height, this.background);
  }

  /** Wipes what lies right of a place, to be drawn anew. */
  rewind(to: number): void {
    if (this.started && to < this.clearedTo) {
      const from = Math.max(to, this.clearedTo - this.width);
      this.fill(from, this.clearedTo - from, 0, this.height, this.background);
      this.clearedTo = to;
    }
  }

  /** Fills a rectangle; what has left the ring is left out. */
  fill(x: number, width: number, y: number, height: number, color: string): void {
    const from = Math.max(x, this.clearedTo - this.width);
    const left = x + width - from;
    if (left <= 0) {
      return;
    }
    const place = modulo(from, this.width);
    const first = Math.min(left, this.width - place);
    this.context.fillStyle = color;
    this.context.fillRect(place, y, first, height);
    if (first < left) {
      this.context.fillRect(0, y, left - first, height);
    }
  }

  /** Draws a column of another picture, stretched to a rectangle of the full height. */
  stamp(source: HTMLCanvasElement, column: number, x: number, width: number): void {
    if (x < this.clearedTo - this.width) {
      return;
    }
    const place = modulo(x, this.width);
    this.context.drawImage(source, column, 0, 1, source.height, place, 0, width, this.height);
    if (place + width > this.width) {
      this.context.drawImage(source, column, 0, 1, source.height, place - this.width, 0, width, this.height);
    }
  }

  /** Copies the part from `left` on, `width` pixels of it, to the left edge of a canvas. */
  copyTo(target: CanvasRenderingContext2D, left: number, width: number): void {
    const from = Math.max(left, this.clearedTo - this.width);
    const to = Math.min(left + width, this.clearedTo);
    if (!this.started || to <= from) {
      return;
    }
    const place = modulo(from, this.width);
    const first = Math.min(to - from, this.width - place);
    target.drawImage(this.canvas, place, 0, first, this.height, from - left, 0, first, this.height);
    const second = to - from - first;
    if (second > 0) {
      target.drawImage(this.canvas, 0, 0, second, this.height, from - left + first, 0, second, this.height);
    }
  }
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
