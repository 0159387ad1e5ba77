// Which control's menu is open, and where.
import { signal } from "@preact/signals";

export interface OpenMenu {
  key: string;
  anchor: HTMLElement;
}

export const menu = signal<OpenMenu | null>(null);

/** The key of the control whose value is being typed, or null. */
export const typing = signal<string | null>(null);

export function openMenu(key: string, anchor: HTMLElement): void {
  menu.value = { key, anchor };
}
