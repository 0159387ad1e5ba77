// What cannot wait: a lost connection, a fault of the engine, a parameter that waits for its controller, a flood.
import { connect, send } from "../player";
import { connection, connectionText, controls, learning, limited, status } from "../state";

export function Banner() {
  return (
    <div class="banners">
      {connection.value !== "connected" && (
        <div class={`banner ${connection.value}`} role="alert" data-testid="banner">
          {connectionText}
          {connection.value === "ended" && (
            <button type="button" class="button" data-testid="connect-again" onClick={connect}>
              Connect again
            </button>
          )}
        </div>
      )}
      <Fault />
      {learning.value !== null && <Learning id={learning.value} />}
      {limited.value && (
        <div class="banner" role="status">
          Too much at once from this page: some of it was left out.
        </div>
      )}
    </div>
  );
}

function Fault() {
  const fault = status.value?.fault ?? null;
  return fault === null ? null : (
    <div class="banner problem" role="alert">
      {fault}
    </div>
  );
}

function Learning({ id }: { id: string }) {
  const name = controls.value.get(id)?.parameter.name ?? id;
  return (
    <div class="banner learning" role="status" data-testid="learning">
      <span>
        Move the controller that is to move <strong>{name}</strong>.
      </span>
      <button type="button" class="button" data-testid="cancel-learning" onClick={() => send({ do: "cancel_learning" })}>
        Cancel
      </button>
    </div>
  );
}
