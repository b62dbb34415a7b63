import type { RunEnd } from "../../runner.ts";

/** How the process of a run ended. */
export interface ProcessExit {
  /** Absent when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The engine said on standard error that the heap is exhausted. */
  readonly heapExhausted: boolean;
  /** Last thing on standard error that says something; empty: nothing. */
  readonly lastError: string;
}

/** Signals of those who end a process from outside: a person, the kernel for want of memory, the end of the machine. */
const outsideSignals: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"]);

/** V8's last words, in all their forms. */
const heapExhaustion = /heap out of memory|[Ff]atal (?:process|JavaScript) out of memory/;

export const saysHeapExhausted = (line: string): boolean => heapExhaustion.test(line);

/** Lines of a stack, of the engine's too, and of Node's footer do not say what was wrong. */
const saysNothing = /^\s*(?:$|at |Node\.js v|-{3,}|\d+: )/;

export const saysWhy = (line: string): boolean => !saysNothing.test(line);

/**
 * What an exit that the node did not cause means for the run.
 * @param maxOldSpaceMb the heap that it had, for the message
 */
export const endOfExit = (exit: ProcessExit, maxOldSpaceMb: number): RunEnd => {
  const { code, signal, heapExhausted, lastError } = exit;
  if (signal !== undefined && heapExhausted) {
    const message = `the heap of ${maxOldSpaceMb} MiB is exhausted (respond.child.maxOldSpaceMb)`;
    return { type: "failed", reason: "memory", message };
  }
  if (signal !== undefined && outsideSignals.has(signal)) {
    return { type: "lost", message: `its process was ended from outside by ${signal}` };
  }
  const how = signal === undefined ? `exit code ${String(code)}` : signal;
  const said = lastError === "" ? "" : `; it said: ${lastError}`;
  return { type: "failed", reason: "crashed", message: `its process ended by itself with ${how}${said}` };
};
