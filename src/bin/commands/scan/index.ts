import type { Command } from "commander";
import type { OnExit } from "../common-flags.ts";
import { addScanChanges } from "./change.ts";
import { addScanList } from "./list.ts";
import { addScanResults } from "./results.ts";
import { addScanRun } from "./run.ts";
import { addScanShow } from "./show.ts";
import { addScanStopAll } from "./stop-all.ts";
import { addScanSubmit } from "./submit.ts";
import { addScanWatch } from "./watch.ts";

/** `garrison scan …`. */
export const addScanCommands = (scan: Command, onExit: OnExit): void => {
  addScanRun(scan, onExit);
  addScanSubmit(scan, onExit);
  addScanList(scan, onExit);
  addScanShow(scan, onExit);
  addScanWatch(scan, onExit);
  addScanResults(scan, onExit);
  addScanChanges(scan, onExit);
  addScanStopAll(scan, onExit);
};
