// Buttons that stand for parameters: on and off, one of a few, now. Each has the menu that learns a controller.
import type { ComponentChildren } from "preact";
import { useControlMenu } from "../input/press";
import { edits, send } from "../player";
import { controls, learning } from "../state";
import { Badge } from "./Knob";

interface ButtonProps {
  id: string;
  label?: ComponentChildren;
  look?: string;
}

/** On or off. */
export function Toggle({ id, label, look }: ButtonProps) {
  const menu = useControlMenu(id);
  const control = controls.value.get(id);
  if (control === undefined) {
    return null;
  }
  const on = control.value.value > 0;
  return (
    <button
      type="button"
      class={`button ${look ?? ""} ${on ? "on" : ""} ${learning.value === id ? "learns" : ""}`}
      aria-pressed={on}
      data-testid={`toggle-${id}`}
      {...handlers(menu)}
      onClick={() => {
        if (!menu.opened()) {
          edits.change(id, on ? 0 : 1);
        }
      }}
    >
      {label ?? control.parameter.name}
      <Badge id={id} />
    </button>
  );
}

/** Something that happens once. */
export function Trigger({ id, label, look }: ButtonProps) {
  const menu = useControlMenu(id);
  const control = controls.value.get(id);
  if (control === undefined) {
    return null;
  }
  return (
    <button
      type="button"
      class={`button ${look ?? ""} ${learning.value === id ? "learns" : ""}`}
      data-testid={`button-${id}`}
      {...handlers(menu)}
      onClick={() => {
        if (!menu.opened()) {
          send({ do: "trigger", key: id });
        }
      }}
    >
      {label ?? control.parameter.name}
      <Badge id={id} />
    </button>
  );
}

/** One of a few, side by side. */
export function Choice({ id, look }: ButtonProps) {
  const menu = useControlMenu(id);
  const control = controls.value.get(id);
  if (control === undefined) {
    return null;
  }
  const { parameter, value } = control;
  return (
    <div
      class={`choice ${look ?? ""} ${learning.value === id ? "learns" : ""}`}
      role="group"
      aria-label={parameter.name}
      data-testid={`choice-${id}`}
      data-value={value.value}
      {...handlers(menu)}
    >
      {parameter.choices.map((choice, i) => (
        <button
          type="button"
          key={choice}
          class={`button ${value.value === parameter.min + i ? "on" : ""}`}
          aria-pressed={value.value === parameter.min + i}
          data-testid={`option-${id}-${i}`}
          onClick={() => {
            if (!menu.opened()) {
              edits.change(id, parameter.min + i);
            }
          }}
        >
          {choice}
        </button>
      ))}
      <Badge id={id} />
    </div>
  );
}

function handlers({ onContextMenu, onPointerDown, onPointerMove, onPointerUp, onPointerCancel }: ReturnType<typeof useControlMenu>) {
  return { onContextMenu, onPointerDown, onPointerMove, onPointerUp, onPointerCancel };
}
