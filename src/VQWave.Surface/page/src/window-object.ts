// `window.vqwave`: what the page knows, for tests and the curious. It can be read, not written.
import type { ServerEvent, Status } from "./model/protocol";
import { counters, eventListeners, recentCodes } from "./player";
import { connection, controls, status } from "./state";

export interface PageState {
  connection: string;
  status: Status | null;
  /** Plain values as they are shown, by key. */
  values: Record<string, number>;
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
    on: (name, callback) => {
      const listener = (event: ServerEvent) => {
        if (name === "*" || event.event === name) {
          callback(event);
        }
      };
      eventListeners.push(listener);
      return () => {
        eventListeners.splice(eventListeners.indexOf(listener), 1);
      };
    },
  };
  Object.defineProperty(window, "vqwave", { value: Object.freeze(page) });
}
