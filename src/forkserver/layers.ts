/** The layers of a sandbox by name, as the result of a job shows them. */
import type { Layers } from "../core/outcome.ts";
import type { SandboxReady } from "../wire/codec.ts";

type WireLayers = SandboxReady["layers"];

interface SaidLayers {
  readonly said: WireLayers;
  readonly layers: Layers;
}

let lastLayers: SaidLayers = { said: [], layers: Object.freeze({}) };

/**
 * Layers by name. The sandboxes of a host say the same one after the other: one frozen object stands for
 * all that do, because making and freezing it takes some 10 µs of each job.
 */
export function layersOf(said: WireLayers): Layers {
  const isSame =
    said.length === lastLayers.said.length &&
    said.every(({ name, state }, at) => {
      const before = lastLayers.said[at];
      return before?.name === name && before.state === state;
    });
  if (!isSame) {
    const layers = Object.freeze(Object.fromEntries(said.map(({ name, state }) => [name, state])));
    lastLayers = { said, layers };
  }
  return lastLayers.layers;
}
