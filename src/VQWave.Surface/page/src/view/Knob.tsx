// A knob with its name, its value that can be typed, and the controller that moves it.
import { useControlMenu } from "../input/press";
import { useKnobDrag } from "../input/knob-drag";
import { toPlace } from "../model/scale";
import { bindings, controls, learning, type Control } from "../state";
import { ValueText } from "./ValueText";

/** Half of the gap at the bottom of the dial, in degrees. */
const GAP = 45;
const RADIUS = 40;
const CIRCLE = 2 * Math.PI * RADIUS;
const ARC = (CIRCLE * (360 - 2 * GAP)) / 360;

interface KnobProps {
  /** The parameter's key. */
  id: string;
  /** What stands below the dial, where the parameter's own name is too long. */
  label?: string;
  /** The value that is truly in effect, shown as a mark on the rim; or null. */
  mark?: number | null;
  /** Class names for size and colour. */
  look?: string;
}

/** Nothing where the player has no such parameter. */
export function Knob(props: KnobProps) {
  const control = controls.value.get(props.id);
  return control === undefined ? null : <Dial control={control} {...props} />;
}

function Dial({ control, id, label, mark, look }: KnobProps & { control: Control }) {
  const { parameter } = control;
  const menu = useControlMenu(id);
  const drag = useKnobDrag(control, menu.opened);
  const place = toPlace(parameter, control.value.value);
  const learns = learning.value === id;
  // A range with a middle, such as pitch, is filled from its default.
  const origin = parameter.min < 0 && parameter.default > parameter.min && parameter.unit === "st" ? toPlace(parameter, parameter.default) : 0;
  const from = Math.min(origin, place);
  return (
    <div class={`knob ${look ?? ""} ${learns ? "learns" : ""}`}>
      <div
        class="dial"
        ref={drag.element}
        role="slider"
        tabIndex={0}
        aria-label={parameter.name}
        aria-valuemin={parameter.min}
        aria-valuemax={parameter.max}
        aria-valuenow={Number(control.value.value.toFixed(4))}
        aria-valuetext={control.text.value}
        aria-orientation="vertical"
        data-testid={`knob-${id}`}
        data-value={control.value.value}
        title={`${parameter.name}. Drag, wheel or arrow keys; double click: default; Enter: type; right click or long press: more`}
        onContextMenu={menu.onContextMenu}
        onPointerDown={(event) => {
          menu.onPointerDown(event);
          drag.onPointerDown(event);
        }}
        onPointerMove={(event) => {
          menu.onPointerMove(event);
          drag.onPointerMove(event);
        }}
        onPointerUp={(event) => {
          menu.onPointerUp();
          drag.onPointerUp(event);
        }}
        onPointerCancel={(event) => {
          menu.onPointerCancel();
          drag.onPointerCancel(event);
        }}
        onKeyDown={drag.onKeyDown}
      >
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <g transform="rotate(135 50 50)">
            <circle class="dial-track" cx="50" cy="50" r={RADIUS} stroke-dasharray={`${ARC} ${CIRCLE}`} />
            <circle
              class="dial-arc"
              cx="50"
              cy="50"
              r={RADIUS}
              stroke-dasharray={`${ARC * Math.abs(place - origin)} ${CIRCLE}`}
              stroke-dashoffset={-ARC * from}
            />
          </g>
          <circle class="dial-cap" cx="50" cy="50" r="29" />
          <line class="dial-hand" x1="50" y1="40" x2="50" y2="22" transform={`rotate(${angle(place)} 50 50)`} />
          {mark !== undefined && mark !== null && (
            <circle class="dial-mark" cx="50" cy="4" r="4" transform={`rotate(${angle(toPlace(parameter, mark))} 50 50)`} />
          )}
        </svg>
        <Badge id={id} />
      </div>
      <div class="knob-words">
        <span class="knob-name">{label ?? parameter.name}</span>
        <ValueText control={control} />
      </div>
    </div>
  );
}

/** The controller that moves a parameter, and that one is being learnt. */
export function Badge({ id }: { id: string }) {
  const binding = bindings.value.get(id);
  if (learning.value === id) {
    return (
      <span class="badge badge-learns" data-testid={`learning-${id}`}>
        learn
      </span>
    );
  }
  return binding === undefined ? null : (
    <span class="badge" data-testid={`badge-${id}`} title={`CC ${binding.controller} moves this`}>
      {binding.controller}
    </span>
  );
}

function angle(place: number): number {
  return -180 + GAP + place * (360 - 2 * GAP);
}
