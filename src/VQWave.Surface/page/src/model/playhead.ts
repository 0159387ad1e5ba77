// Where the ear is between two ticks. Ticks come over a network, in bunches and late; the play head must glide. It is a tracking
// loop of second order: ticks correct its place a little and its speed less, and only a large error makes it jump.

const PLACE_GAIN = 0.08;
const SPEED_GAIN = 0.0016;
const FASTEST = 8;

export class PlayHead {
  private place = 0;
  private speed: number;
  private at = 0;
  private limit = 0;
  private known = false;
  private standing = false;

  /** @param rate samples of the model a second, the speed to begin with */
  constructor(private readonly rate: number) {
    this.speed = rate;
  }

  /** Forgets everything: the next tick puts the head where it says. */
  restart(): void {
    this.known = false;
    this.speed = this.rate;
  }

  /**
   * Takes what a tick says.
   * @param heard the sample that is heard, of the model's rate
   * @param written the end of what is written, beyond which nothing can be heard
   * @param now milliseconds of the page's clock
   * @returns how far the head was jumped, in samples; 0 where it glides
   */
  observe(heard: number, written: number, now: number): number {
    this.limit = written;
    if (!this.known || this.standing) {
      this.known = true;
      this.standing = false;
      this.speed = this.rate;
      this.place = heard;
      this.at = now;
      return 0;
    }
    const elapsed = Math.max(1, now - this.at) / 1000;
    const expected = this.place + this.speed * elapsed;
    const error = heard - expected;
    this.at = now;
    if (Math.abs(error) > this.rate / 4) {
      this.place = heard;
      this.speed = this.rate;
      return error;
    }
    this.place = expected + PLACE_GAIN * error;
    this.speed = Math.min(FASTEST * this.rate, Math.max(0, this.speed + (SPEED_GAIN * error) / Math.max(elapsed, 0.01)));
    return 0;
  }

  /**
   * Halts where the music waits: without notes nothing is taken from what is written, and no tick comes that says so.
   * @param heard the sample that is heard next
   */
  stand(heard: number): void {
    if (this.known) {
      this.standing = true;
      this.place = heard;
      this.speed = 0;
    }
  }

  /** The sample that is heard at a moment. */
  where(now: number): number {
    return this.known ? Math.min(this.limit, this.place + (this.speed * Math.max(0, now - this.at)) / 1000) : 0;
  }
}
