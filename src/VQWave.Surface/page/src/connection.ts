// The one WebSocket to the player: opens it, opens it again with growing pauses when it is lost, and hands on what comes.
import type { Command, ServerEvent } from "./model/protocol";

export type ConnectionState = "connecting" | "connected" | "ended";

export interface ConnectionHandlers {
  /** The state has changed; the sentence is for the user, empty where nothing is to be said. */
  state(state: ConnectionState, sentence: string): void;
  event(event: ServerEvent): void;
  frame(data: ArrayBuffer): void;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 3000;

const NOT_ALLOWED = 4401;

/** Close codes after which the player does not want this page back by itself. */
const FINAL: Record<number, string> = {
  1000: "Play has ended.",
  [NOT_ALLOWED]: "This page is not allowed any more. Open the address that the player printed.",
  4429: "Too many pages are open. Close one, then connect again.",
};

export class Connection {
  private socket: WebSocket | null = null;
  private pause = FIRST_PAUSE;
  private timer = 0;

  constructor(
    private readonly url: string,
    private readonly handlers: ConnectionHandlers,
  ) {}

  /** Connects, also after play has ended. */
  open(): void {
    clearTimeout(this.timer);
    this.socket?.close();
    this.handlers.state("connecting", "Connecting to the player …");
    const socket = new WebSocket(this.url);
    let opened = false;
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      this.pause = FIRST_PAUSE;
      this.handlers.state("connected", "");
    };
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => this.receive(message.data);
    socket.onclose = (closed) => {
      if (this.socket === socket) {
        this.socket = null;
        void this.closed(closed.code, opened);
      }
    };
  }

  /** Sends a command; false where there is no connection, and the command is lost. */
  send(command: Command): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.socket.send(JSON.stringify(command));
    return true;
  }

  private receive(data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      this.handlers.event(JSON.parse(data) as ServerEvent);
    } else {
      this.handlers.frame(data);
    }
  }

  private async closed(code: number, opened: boolean): Promise<void> {
    const final = FINAL[!opened && (await isRefused(this.url)) ? NOT_ALLOWED : code];
    if (this.socket !== null) {
      // The user has connected again meanwhile.
      return;
    }
    if (final !== undefined) {
      this.handlers.state("ended", final);
      return;
    }
    this.handlers.state("connecting", "The player does not answer. Trying again …");
    this.timer = window.setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(LONGEST_PAUSE, this.pause * 1.6);
  }
}

// A browser does not say why a connection could not be made: the same address is asked again in a way that has an answer.
async function isRefused(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url.replace(/^ws/, "http"), { cache: "no-store", signal: AbortSignal.timeout(LONGEST_PAUSE) });
    return status === 401 || status === 403;
  } catch {
    return false;
  }
}

/** The address of the player's WebSocket, beside the page. */
export function liveAddress(page: string): string {
  const address = new URL("live", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.search = "";
  address.hash = "";
  return address.href;
}
