import { spawnSync } from "node:child_process";

/** How to start a program so that it is killed when this process is, whatever ends it. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

const setpriv = ["--pdeathsig", "KILL"];
const probeMs = 2_000;
let hasSetpriv: boolean | undefined;

/**
 * The kernel kills the child when its parent dies, where `setpriv` can ask it to; elsewhere the child has to notice by itself that its
 * channel has ended. The process id is the program's either way.
 */
export const endWithParent = (command: string, args: readonly string[]): Launch => {
  hasSetpriv ??= spawnSync("setpriv", [...setpriv, "true"], { stdio: "ignore", timeout: probeMs }).status === 0;
  return hasSetpriv ? { command: "setpriv", args: [...setpriv, command, ...args] } : { command, args };
};
