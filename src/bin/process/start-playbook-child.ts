import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { StartChild } from "../../engines/playbook/index.ts";
import { giveWay } from "./give-way.ts";
import { permissionFlags } from "./permission-flags.ts";

/** @param entry the built file of the process, `bin/respond-child.js` */
export const startChildFrom =
  (entry: URL): StartChild =>
  ({ folder, maxOldSpaceMb, stallMs, warmThreads, childProcess }) => {
    const flags = [`--max-old-space-size=${maxOldSpaceMb}`, ...permissionFlags({ entry, folder, childProcess })];
    const args = ["--stall-ms", stallMs, "--warm-threads", warmThreads, "--thread-heap-mb", maxOldSpaceMb].map(String);
    const child = spawn(process.execPath, [...flags, fileURLToPath(entry), ...args], {
      cwd: folder,
      // Leader of a group and of a session: it is killed with all that it starts, and no terminal reaches it.
      detached: true,
      env: {},
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    });
    if (child.pid !== undefined) giveWay(child.pid);
    return child;
  };

/** Starts a process for the run of a playbook. */
export const startPlaybookChild: StartChild = startChildFrom(new URL("../respond-child.js", import.meta.url));
