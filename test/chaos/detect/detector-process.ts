import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { script } from "../../support/script.ts";
import type { ChaosDetectorSettings } from "./chaos-detector.ts";

const { file, execArgv } = script("chaos-detector", import.meta.url);
const shownChars = 1_000;
const onEachHost = { alpha: 1, beta: 2 } as const;

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

/** The detectors of a host, for the relay whose socket is `HOST.sock` in this folder; each has its log there, and its files in `tmp`. */
export const startDetectors = (folder: string, host: string): readonly DetectorProcess[] =>
  Object.entries(onEachHost).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, at) => {
      const name = `${kind}-${host}${at}`;
      const [socket, log] = [join(folder, `${host}.sock`), join(folder, `${name}.jsonl`)];
      return new DetectorProcess({ kind, name, socket, log, folder: join(folder, "tmp") });
    }),
  );
