import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { StartYara } from "../../engines/playbook/node-commands/index.ts";
import { giveWay } from "./give-way.ts";
import { permissionFlags } from "./permission-flags.ts";

/** JavaScript does next to nothing there: YARA's memory is not on this heap. */
const maxOldSpaceMb = 64;

/** @param entry the built file of the process, `bin/respond-yara.js` */
export const startYaraFrom =
  (entry: URL): StartYara =>
  () => {
    const file = fileURLToPath(entry);
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${maxOldSpaceMb}`, ...permissionFlags({ entry, addons: true }), file],
      {
        cwd: "/",
        detached: true,
        env: {},
        stdio: ["pipe", "ignore", "pipe", "pipe"],
      },
    );
    if (child.pid !== undefined) giveWay(child.pid);
    return child;
  };

/** Starts a process for a command of `yara`. */
export const startYara: StartYara = startYaraFrom(new URL("../respond-yara.js", import.meta.url));
