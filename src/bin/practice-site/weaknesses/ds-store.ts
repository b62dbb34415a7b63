import { bytes } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

/** The header of a .DS_Store file, then zeros: enough to be recognised, naming no file. */
const store = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from("Bud1"), Buffer.alloc(120)]);

export const dsStore: Weakness = {
  id: "ds-store",
  gives: "The names of files that no page links to.",
  routes: { "/.DS_Store": () => bytes(store) },
};
