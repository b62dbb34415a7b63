import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { script } from "../../support/script.ts";
import { until } from "../../support/until.ts";
import type { ChaosNodeReady, ChaosNodeSettings } from "./chaos-node.ts";

const startMs = 60_000;
const drainMs = 30_000;
const pageBytes = 4_096;
const { file, execArgv } = script("chaos-node", import.meta.url);

/** The parent's end of one node, which it starts and has to end. */
export class NodeProcess {
  readonly #settings: ChaosNodeSettings;
  #child: ChildProcess;
  #address: string | undefined;
  #ended = false;

  constructor(settings: ChaosNodeSettings) {
    this.#settings = settings;
    this.#child = this.#start();
  }

  get ended(): boolean {
    return this.#ended;
  }

  get isReady(): boolean {
    return !this.#ended && this.#address !== undefined;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Where its control service listens. */
  async address(): Promise<string> {
    await until(
      () => this.#address !== undefined || this.#ended,
      () => ({ settings: this.#settings, ended: this.#ended }),
      startMs,
    );
    if (this.#address === undefined)
      throw new Error(`${this.#settings.configFile}: the node ended before it was ready`);
    return this.#address;
  }

  /** Resident memory now, and how much of it are pages of files, such as the store's; `undefined` when it is gone. */
  resident(): { readonly bytes: number; readonly fileBytes: number } | undefined {
    try {
      const [, all, file] = readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ");
      return { bytes: Number(all) * pageBytes, fileBytes: Number(file) * pageBytes };
    } catch {
      return undefined;
    }
  }

  /** Processor time used so far, in milliseconds, all threads together. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    // utime and stime, in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async kill(): Promise<void> {
    if (this.#ended) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** A new process of the same settings, once the old one is gone. */
  restart(): void {
    this.#child = this.#start();
  }

  /** Ends it in order. */
  async drain(): Promise<void> {
    if (this.#ended) return;
    this.#child.send("drain");
    await until(
      () => this.#ended,
      () => ({ settings: this.#settings, pid: this.pid }),
      drainMs,
    );
  }

  #start(): ChildProcess {
    this.#ended = false;
    this.#address = undefined;
    const child = fork(file, [JSON.stringify(this.#settings)], {
      execArgv: [...execArgv],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (ready: ChaosNodeReady) => {
      this.#address = ready.address;
    });
    child.on("exit", () => {
      this.#ended = true;
    });
    return child;
  }
}
