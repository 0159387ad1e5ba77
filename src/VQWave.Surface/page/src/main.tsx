// Where the page begins: takes the one-time token out of the address bar, shows the screen, connects.
import { render } from "preact";
import { stayAwake } from "./input/awake";
import { connect } from "./player";
import { offerToTests } from "./window-object";
import { App } from "./view/App";
import "./style/base.css";
import "./style/controls.css";
import "./style/knobs.css";
import "./style/top.css";
import "./style/stage.css";
import "./style/deck.css";
import "./style/readings.css";
import "./style/keyboard.css";
import "./style/panels.css";
import "./style/said.css";

if (new URLSearchParams(location.search).has("token")) {
  history.replaceState(null, "", location.pathname);
}

offerToTests();
render(<App />, document.getElementById("app")!);
connect();
stayAwake();
