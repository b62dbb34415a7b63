import { spawn } from "node:child_process";
import type { StartSandbox } from "../../engines/playbook/node-commands/index.ts";
import { giveWay } from "./give-way.ts";

const program = "/usr/bin/bwrap";
/** The user id that owns nothing. */
const nobody = 65_534;

/**
 * Root gives up what it may before the sandbox is made: the bound on processes does not hold for it, and what broke out would be root.
 * Other users are in the sandbox what they are outside.
 */
const asWhom = (): { readonly uid?: number; readonly gid?: number } =>
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Starts bubblewrap for commands of `bash`. */
export const startSandbox: StartSandbox = (args) => {
  const child = spawn(program, args, {
    cwd: "/",
    // No terminal reaches it.
    detached: true,
    env: {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    ...asWhom(),
  });
  if (child.pid !== undefined) giveWay(child.pid);
  return child;
};
