import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { exitCodes } from "../process/exit-codes.ts";

/** What a node is started with, as keys of the environment. */
export type NodeEnvironment = Readonly<Record<string, string>>;

const readyLine = z.object({ event: z.literal("ready"), address: z.string() });
const startMs = 60_000;
const stopMs = 15_000;
const keptText = 4_096;

/** A node that is killed while it works, and started again. */
export interface Victim {
  readonly name: string;
  readonly node: DemoNode;
}

/** One node of the demo: `garrison node` as a process of its own. */
export class DemoNode {
  readonly #environment: NodeEnvironment;
  readonly #configFile: string | undefined;
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  #child: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();
  #isWanted = false;

  /** @param configFile what the environment cannot say */
  constructor(environment: NodeEnvironment, configFile: string | undefined, clock: Clock, say: (line: string) => void) {
    this.#environment = environment;
    this.#configFile = configFile;
    this.#clock = clock;
    this.#say = say;
  }

  /**
   * Starts the process. Resolves with the address of its control service once it takes part in the cluster. Is it taken for dead later, as on
   * a machine that has no time for it, it is started again, as a service manager would.
   */
  async start(): Promise<string> {
    const entry = fileURLToPath(new URL("../garrison.js", import.meta.url));
    const config = this.#configFile === undefined ? [] : ["--config", this.#configFile];
    const child = spawn(process.execPath, [entry, "node", "--json", ...config], {
      // It ends when its standard input does: no node outlives the demo.
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...this.#environment },
    });
    this.#child = child;
    this.#isWanted = true;
    this.#gone = once(child, "exit");
    try {
      const address = await this.#ready(child);
      child.once("exit", (code) => {
        if (this.#isWanted && code === exitCodes.lost) void this.#again();
      });
      return address;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Of its process. @throws Error for a node that was never started */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error("the node has no process");
    return this.#child.pid;
  }

  async kill(): Promise<void> {
    this.#isWanted = false;
    this.#child?.kill("SIGKILL");
    await this.#gone;
  }

  /** Ends the process in order, or by force when that takes too long. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#child?.kill("SIGTERM");
    const deadline = this.#clock.after(stopMs, () => void this.#child?.kill("SIGKILL"));
    await this.#gone;
    deadline.cancel();
  }

  async #again(): Promise<void> {
    const { GARRISON_NODE__ID: name = "a node" } = this.#environment;
    this.#say(`${name} was taken for dead by the others, and is started again`);
    try {
      await this.start();
    } catch (error) {
      this.#say(`${name} could not be started again: ${asError(error).message}`);
    }
  }

  #ready({ stdout, stderr }: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      let said = "";
      let complaint = "";
      const deadline = this.#clock.after(startMs, () => reject(new Error(`a node did not start within ${startMs} ms`)));
      stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString("utf8")).slice(-keptText)));
      stdout?.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString("utf8")).slice(-keptText);
        if (!said.includes("\n")) return;
        deadline.cancel();
        try {
          resolve(readyLine.parse(JSON.parse(said.split("\n", 1)[0] ?? "")).address);
        } catch (error) {
          reject(asError(error));
        }
      });
      this.#child?.once("exit", (code) => {
        deadline.cancel();
        reject(new Error(`a node ended with ${code} before it was ready: ${complaint.trim()}`));
      });
    });
  }
}
