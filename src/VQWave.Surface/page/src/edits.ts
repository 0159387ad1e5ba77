// Values on their way from a hand to the player and back. A moved knob shows at once and is sent once a frame; what the player says
// about it meanwhile is kept back until the hand has rested, so that late echoes never pull the knob out of the hand.
import type { Command } from "./model/protocol";

/** Milliseconds after the last move during which the player's word waits. */
export const REST = 350;

interface Edit {
  held: number;
  moved: number;
  unsent: number | null;
  echoed: { value: number; text: string | null } | null;
  timer: number;
}

export interface EditsPorts {
  send(command: Command): boolean;
  show(key: string, value: number, text: string | null): void;
  /** Calls back once, soon: the next frame. */
  soon(callback: () => void): void;
  now(): number;
}

export class Edits {
  private readonly edits = new Map<string, Edit>();
  private waiting = false;

  constructor(private readonly ports: EditsPorts) {}

  /** A hand takes hold of a value; `release` must follow. Several pointers may hold one. */
  hold(key: string): void {
    this.edit(key).held++;
  }

  release(key: string): void {
    const edit = this.edit(key);
    edit.held = Math.max(0, edit.held - 1);
    edit.moved = this.ports.now();
    this.settleLater(key, edit);
  }

  /** The user has moved a value. */
  change(key: string, value: number): void {
    const edit = this.edit(key);
    edit.moved = this.ports.now();
    edit.unsent = value;
    edit.echoed = null;
    this.ports.show(key, value, null);
    this.settleLater(key, edit);
    if (!this.waiting) {
      this.waiting = true;
      this.ports.soon(() => this.flush());
    }
  }

  /** The player has said what a value is. */
  echo(key: string, value: number, text: string | null): void {
    const edit = this.edits.get(key);
    if (edit !== undefined && this.busy(edit)) {
      edit.echoed = { value, text };
      return;
    }
    if (edit !== undefined) {
      edit.echoed = null;
    }
    this.ports.show(key, value, text);
  }

  /** Forgets what was under way: the player begins anew and says everything. */
  clear(): void {
    for (const edit of this.edits.values()) {
      clearTimeout(edit.timer);
      edit.unsent = null;
      edit.echoed = null;
      edit.moved = -Infinity;
    }
  }

  /** Lets the player's word through at once, as after a typed value or a return to the default. */
  expect(key: string): void {
    const edit = this.edits.get(key);
    if (edit !== undefined) {
      this.flush();
      edit.echoed = null;
      edit.moved = -Infinity;
    }
  }

  private flush(): void {
    this.waiting = false;
    for (const [key, edit] of this.edits) {
      if (edit.unsent !== null) {
        this.ports.send({ do: "set", key, value: edit.unsent });
        edit.unsent = null;
      }
    }
  }

  private edit(key: string): Edit {
    let edit = this.edits.get(key);
    if (edit === undefined) {
      edit = { held: 0, moved: -Infinity, unsent: null, echoed: null, timer: 0 };
      this.edits.set(key, edit);
    }
    return edit;
  }

  private busy(edit: Edit): boolean {
    return edit.held > 0 || edit.unsent !== null || this.ports.now() - edit.moved < REST;
  }

  private settleLater(key: string, edit: Edit): void {
    clearTimeout(edit.timer);
    edit.timer = setTimeout(() => this.settle(key, edit), REST + 1) as unknown as number;
  }

  private settle(key: string, edit: Edit): void {
    if (this.busy(edit)) {
      if (edit.held === 0) {
        this.settleLater(key, edit);
      }
      return;
    }
    if (edit.echoed !== null) {
      this.ports.show(key, edit.echoed.value, edit.echoed.text);
      edit.echoed = null;
    }
  }
}
