// The player as the views know it: what one may ask of it. Wires the connection to the state and to the drawings.
import { Connection, liveAddress } from "./connection";
import { Edits } from "./edits";
import { emptyTick, frameKind, readSpectrum, readTick, SPECTRUM, TICK, type Spectrum, type Tick } from "./model/frames";
import type { Command, ServerEvent } from "./model/protocol";
import { RecentCodes } from "./model/recent-codes";
import { apply, connection as connectionState, connectionText, show } from "./state";

type Listener<T> = (value: T) => void;

export const recentCodes = new RecentCodes();
export const tickListeners: Listener<Tick>[] = [];
export const spectrumListeners: Listener<Spectrum>[] = [];
export const eventListeners: Listener<ServerEvent>[] = [];
export const counters = { ticks: 0, frames: 0 };

const tick = emptyTick();

const connection = new Connection(liveAddress(location.href), {
  state(state, sentence) {
    connectionState.value = state;
    connectionText.value = sentence;
  },
  event: receive,
  frame: receiveFrame,
});

/** Values that hands move. */
export const edits = new Edits({
  send,
  show,
  soon: (callback) => (document.hidden ? setTimeout(callback, 16) : requestAnimationFrame(callback)),
  now: () => performance.now(),
});

/** Asks something of the player; false where it cannot hear. */
export function send(command: Command): boolean {
  return connection.send(command);
}

/** Connects, also again after play has ended. */
export function connect(): void {
  connection.open();
}

function receive(event: ServerEvent): void {
  if (event.event === "hello") {
    edits.clear();
  }
  if (event.event === "start") {
    recentCodes.clear();
  }
  apply(event, (key, value, text) => edits.echo(key, value, text));
  for (const listener of eventListeners) {
    listener(event);
  }
}

function receiveFrame(data: ArrayBuffer): void {
  switch (frameKind(data)) {
    case TICK:
      readTick(data, tick);
      counters.ticks++;
      recentCodes.add(tick);
      for (const listener of tickListeners) {
        listener(tick);
      }
      break;
    case SPECTRUM:
      if (spectrumListeners.length > 0) {
        const spectrum = readSpectrum(data);
        for (const listener of spectrumListeners) {
          listener(spectrum);
        }
      }
      break;
  }
}
