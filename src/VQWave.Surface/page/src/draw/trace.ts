// The time of each tick as a bar, newest at the right, against the line of the time that there is.
import { BAD, HEAD, OK, STAGE, WARM } from "./colors";

const CAPACITY = 512;
/** The highest share of the budget that is shown. */
const HIGHEST = 1.6;

export class TraceDrawing {
  private readonly context: CanvasRenderingContext2D;
  private readonly loads = new Float32Array(CAPACITY);
  private readonly late = new Uint8Array(CAPACITY);
  private next = 0;
  private changed = true;
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false })!;
  }

  resize(ratio: number): void {
    this.ratio = ratio;
    this.changed = true;
  }

  add(load: number, late: boolean): void {
    this.loads[this.next] = load;
    this.late[this.next] = late ? 1 : 0;
    this.next = (this.next + 1) % CAPACITY;
    this.changed = true;
  }

  draw(): void {
    if (!this.changed) {
      return;
    }
    this.changed = false;
    const { context, ratio } = this;
    const { width, height } = this.canvas;
    context.fillStyle = STAGE;
    context.fillRect(0, 0, width, height);
    const bar = Math.max(1, Math.round(2 * ratio));
    const count = Math.min(CAPACITY, Math.ceil(width / bar));
    for (let i = 1; i <= count; i++) {
      const at = (this.next - i + CAPACITY) % CAPACITY;
      const load = this.loads[at]!;
      const tall = Math.round((Math.min(HIGHEST, load) / HIGHEST) * height);
      context.fillStyle = this.late[at] === 1 || load > 1 ? BAD : load > 0.8 ? WARM : OK;
      context.fillRect(width - i * bar, height - tall, bar, tall);
    }
    context.fillStyle = HEAD;
    context.fillRect(0, Math.round(height * (1 - 1 / HIGHEST)), width, Math.max(1, Math.round(ratio)));
  }
}
