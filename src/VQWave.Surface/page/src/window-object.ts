// `window.vqwave`: what the page knows, for tests and the curious. It can be read, not written.
import type { ServerEvent, Status } from "./model/protocol";
import { counters, eventListeners, recentCodes, tickListeners } from "./player";
import { connection, controls, status } from "./state";

export interface PageState {
  connection: string;
  status: Status | null;
  /** Plain values as they are shown, by key. */
  values: Record<string, number>;
}

/** What a tick has written. Ticks are left out where a page or the server is slow: their numbers tell. */
export interface PageTick {
  number: number;
  piece: number;
  /** The codes of each level, coarsest first. */
  codes: number[][];
}

export interface PageObject {
  state(): PageState;
  /** The latest codes of a level, oldest first, at most 512; 0 is the coarsest level. */
  codes(level: number): number[];
  /** Ticks received. */
  ticks(): number;
  /** Frames drawn. */
  frames(): number;
  /** Calls back with each event of a name that the player sends, "*" for all; the answer ends that. */
  on(event: ServerEvent["event"] | "*", callback: (event: ServerEvent) => void): () => void;
  /** Calls back with each tick that comes; the answer ends that. */
  onTick(callback: (tick: PageTick) => void): () => void;
}

declare global {
  interface Window {
    readonly vqwave: PageObject;
  }
}

export function offerToTests(): void {
  const page: PageObject = {
    state: () => ({
      connection: connection.value,
      status: status.value,
      values: Object.fromEntries([...controls.value].map(([key, control]) => [key, control.value.value])),
    }),
    codes: (level) => recentCodes.of(level),
    ticks: () => counters.ticks,
    frames: () => counters.frames,
    on: (name, callback) =>
      listen(eventListeners, (event) => {
        if (name === "*" || event.event === name) {
          callback(event);
        }
      }),
    onTick: (callback) =>
      listen(tickListeners, (tick) =>
        callback({
          number: tick.number,
          piece: tick.piece,
          codes: tick.levels.map((lane) => [...lane.codes.subarray(0, lane.count)]),
        }),
      ),
  };
  Object.defineProperty(window, "vqwave", { value: Object.freeze(page) });
}

function listen<T>(listeners: ((value: T) => void)[], listener: (value: T) => void): () => void {
  listeners.push(listener);
  return () => {
    listeners.splice(listeners.indexOf(listener), 1);
  };
}
