import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../base/clock.ts";
import { frontEndSays, type FrontEndSettings } from "./guard/front-end-settings.ts";
import { until } from "./until.ts";

const startMs = 30_000;
/** A proxy has to begin, or to take over from one that was killed. */
const tableMs = 60_000;
const stopMs = 5_000;

/** A front end through all its lives: a process that is killed, and started again on the same port. */
export class FrontEndProcess {
  /** For the person who watches, such as "front end 2". */
  readonly name: string;
  readonly #settings: Omit<FrontEndSettings, "port">;
  readonly #clock: Clock;
  #child: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();
  #port = 0;
  #serves = false;
  #lives = 0;

  constructor(name: string, settings: Omit<FrontEndSettings, "port">, clock: Clock) {
    this.name = name;
    this.#settings = settings;
    this.#clock = clock;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How often it was started. */
  get lives(): number {
    return this.#lives;
  }

  /** Resolves when it listens; it answers 503 until it serves. @throws Error when it does not within half a minute, or ends */
  async start(): Promise<void> {
    const entry = fileURLToPath(new URL("./guard/front-end.js", import.meta.url));
    const settings: FrontEndSettings = { ...this.#settings, port: this.#port };
    const child = fork(entry, [JSON.stringify(settings)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child = child;
    this.#gone = once(child, "exit");
    this.#serves = false;
    this.#lives += 1;
    await new Promise<void>((resolve, reject) => {
      const deadline = this.#clock.after(startMs, () => {
        child.kill("SIGKILL");
        reject(new Error(`${this.name} did not start within ${startMs} ms`));
      });
      child.on("message", (message) => {
        const says = frontEndSays.parse(message);
        if (says.event === "serving") this.#serves = true;
        else {
          deadline.cancel();
          this.#port = says.port;
          resolve();
        }
      });
      child.once("exit", (code) => {
        deadline.cancel();
        reject(new Error(`${this.name} ended with ${code} before it listened`));
      });
    });
  }

  /** Resolves when it has a table. @throws Error when it has none within a minute */
  async serving(signal: AbortSignal): Promise<void> {
    if (await until(() => this.#serves, { longestMs: tableMs, clock: this.#clock, signal })) return;
    throw new Error(`${this.name} has no table of decisions after ${tableMs} ms`);
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#gone;
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    const deadline = this.#clock.after(stopMs, () => void this.#child?.kill("SIGKILL"));
    await this.#gone;
    deadline.cancel();
  }
}
