// The one screen.
import { panel } from "../state";
import { Banner } from "./Banner";
import { ControlMenu } from "./ControlMenu";
import { Deck } from "./Deck";
import { Keyboard } from "./Keyboard";
import { More } from "./More";
import { Packs } from "./Packs";
import { Presets } from "./Presets";
import { Readouts } from "./Readouts";
import { Stage } from "./Stage";
import { Takes } from "./Takes";
import { TopBar } from "./TopBar";

export function App() {
  return (
    <>
      <TopBar />
      <main class="main">
        <Stage />
        <Deck />
        <Readouts />
        <Keyboard />
      </main>
      {panel.value === "packs" && <Packs />}
      {panel.value === "presets" && <Presets />}
      {panel.value === "takes" && <Takes />}
      {panel.value === "more" && <More />}
      <ControlMenu />
      <Banner />
    </>
  );
}
