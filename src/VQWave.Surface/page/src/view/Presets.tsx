// The presets: recall, save, rename, delete; the ones that come with the player stay as they are.
import { useRef } from "preact/hooks";
import { send } from "../player";
import { presets, status } from "../state";
import { Drawer } from "./Drawer";
import { RenameAndDelete } from "./Named";

export function Presets() {
  const field = useRef<HTMLInputElement>(null);
  const now = status.value;
  const own = presets.value.find((preset) => preset.name === now?.preset && !preset.factory);
  return (
    <Drawer title="Presets" id="presets">
      <form
        class="inline-form save-form"
        onSubmit={(event) => {
          event.preventDefault();
          const name = field.current!.value.trim();
          if (name !== "") {
            send({ do: "save_preset", name });
            field.current!.blur();
          }
        }}
      >
        <label>
          Save what is set now as
          <input ref={field} type="text" maxLength={60} autocomplete="off" required data-testid="preset-name" defaultValue={own?.name ?? ""} />
        </label>
        <button type="submit" class="button" data-testid="preset-store">
          Save
        </button>
      </form>
      <ul class="list">
        {presets.value.map((preset) => {
          const plays = preset.name === now?.preset;
          return (
            <li key={preset.name} class={`row ${plays ? "card-on" : ""}`} data-testid={`preset-${preset.name}`}>
              <button
                type="button"
                class="row-main"
                aria-pressed={plays}
                data-testid={`preset-recall-${preset.name}`}
                onClick={() => send({ do: "recall", name: preset.name })}
              >
                <span class="program">{preset.program === null ? "" : preset.program + 1}</span>
                <span>
                  {preset.name}
                  {plays && now?.preset_changed === true ? " *" : ""}
                </span>
                {!preset.factory && <span class="tag">yours</span>}
              </button>
              {!preset.factory && (
                <RenameAndDelete
                  name={preset.name}
                  id="preset"
                  thing="preset"
                  rename={(to) => send({ do: "rename_preset", name: preset.name, to })}
                  remove={() => send({ do: "delete_preset", name: preset.name })}
                />
              )}
            </li>
          );
        })}
      </ul>
    </Drawer>
  );
}
