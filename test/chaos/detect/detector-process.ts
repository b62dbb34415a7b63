import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { endWithParent } from "../../../src/bin/node/end-with-parent.ts";
import { script } from "../../support/script.ts";
import type { ChaosDetectorSettings } from "./chaos-detector.ts";

const { file, execArgv } = script("chaos-detector", import.meta.url);
const shownChars = 1_000;

/** One detector through all its lives; it does not outlive this process. */
export class DetectorProcess {
  readonly #settings: ChaosDetectorSettings;
  #child: ChildProcess;
  #gone: Promise<unknown>;
  #stderr = "";

  constructor(settings: ChaosDetectorSettings) {
    this.#settings = settings;
    [this.#child, this.#gone] = this.#start();
  }

  /** What this life said on its standard error, at most the last of it. */
  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get log(): string {
    return this.#settings.log;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  restart(): void {
    [this.#child, this.#gone] = this.#start();
  }

  /** Ends it in order; resolves with its exit code. */
  async drain(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    await this.#gone;
    return this.#child.exitCode;
  }

  #start(): [ChildProcess, Promise<unknown>] {
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(this.#settings)]);
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "pipe"] });
    this.#stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-shownChars);
    });
    return [child, once(child, "exit")];
  }
}
