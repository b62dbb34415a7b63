import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";
import { PlaybookError } from "../../errors.ts";

/** In place of the class: no arrow, since `new` calls it. */
function refuseThread(): never {
  const message = "a playbook starts no threads of its own: put the work into an action, which act() starts on one";
  throw new PlaybookError("egress", message);
}

/**
 * Has code of this thread start no further threads: what runs there would ask no rules, and count for no bound. Who starts some for a
 * playbook takes `Worker` before.
 */
export const guardThreads = (): void => {
  Reflect.set(threads, "Worker", refuseThread);
  // For those who import the name.
  syncBuiltinESMExports();
};
