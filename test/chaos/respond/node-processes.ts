import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { descendantsOf, isRunning } from "../../support/process-state.ts";

/** All that a node has started: by descent while it lives, and by the folder that each has from it, whoever its parent is by now. */
export class NodeProcesses {
  readonly #known: ReadonlySet<number>;
  readonly #mark: string;

  /** @param node a process that is alive: what descends from it now is remembered */
  constructor(node: number) {
    this.#known = new Set(descendantsOf(node));
    this.#mark = `garrison-playbooks-${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}-${node}-`;
  }

  /** Those that were there when the node was looked at. */
  get known(): readonly number[] {
    return [...this.#known];
  }

  /** Those that are there now, also ones that came later. */
  alive(): readonly number[] {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isSafeInteger(pid) && isRunning(pid))
      .filter((pid) => this.#known.has(pid) || this.#hasMark(pid));
  }

  /** In what it was started with, or in where it works. */
  #hasMark(pid: number): boolean {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(this.#mark) ||
        readlinkSync(`/proc/${pid}/cwd`).includes(this.#mark)
      );
    } catch {
      return false;
    }
  }
}
