import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { createClient, type GarrisonClient } from "../../src/client/index.ts";
import { startCommand, type CommandLineOptions, type Ended, type Running } from "./command-line.ts";
import { until } from "./until.ts";

/** One line of what a service says on its standard output. */
export interface ServiceEvent {
  readonly event: string;
  readonly id?: string;
  readonly address?: string;
  readonly http?: string;
  readonly pid?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly nodes?: readonly { readonly id: string; readonly address: string; readonly pid: number }[];
}

/** Joining waits for a dead predecessor's lease, and this machine may be busy. */
const readyMs = 30_000;
const longestMs = 300_000;

/** A command that runs in the foreground until it is ended, `node` or `up`, with a state folder of its own. */
export class Service {
  readonly running: Running;
  readonly events: ServiceEvent[] = [];
  readonly #folder: string;

  /** @param folder the user's state, with store and token unless `args` name others */
  constructor(folder: string, args: readonly string[], options: CommandLineOptions = {}) {
    this.#folder = folder;
    this.running = startCommand([...args, "--json"], {
      longestMs,
      ...options,
      environment: { XDG_STATE_HOME: folder, ...options.environment },
    });
    let begun = "";
    this.running.child.stdout?.on("data", (text: string) => {
      const lines = (begun + text).split("\n");
      begun = lines.pop() ?? "";
      for (const line of lines) this.events.push(JSON.parse(line) as ServiceEvent);
    });
  }

  /** The n-th event of this name, waited for. */
  async event(name: string, times = 1, withinMs = readyMs): Promise<ServiceEvent> {
    const found = (): ServiceEvent | undefined => this.events.filter(({ event }) => event === name)[times - 1];
    let over = false;
    void this.running.ended.then(() => (over = true));
    await until(
      () => found() !== undefined || over,
      () => ({ events: this.events, stderr: this.running.stderr() }),
      withinMs,
    );
    const event = found();
    if (event === undefined) throw new Error(`it ended without ${name}: ${this.running.stderr()}`);
    return event;
  }

  async end(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<Ended> {
    this.running.child.kill(signal);
    return this.running.ended;
  }

  /** A client of the node at `address`, with the operator token of this service's user. */
  client(address: string): GarrisonClient {
    const token = readFileSync(join(this.#folder, "garrison", "operator-token"), "utf8").trim();
    return createClient({ address, token, clock: systemClock });
  }

  /** The members as the node at `address` lists them, such as `node-1 up`. */
  async members(address = ""): Promise<readonly string[]> {
    const client = this.client(address);
    try {
      return (await client.control.members()).map(({ id, state }) => `${id} ${state}`);
    } finally {
      client.close();
    }
  }
}

/** Any free ports. */
export const freePorts = ["--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"] as const;

/** Whether there is a process of this id that has not ended. */
export const lives = (pid: number): boolean => {
  try {
    // A process whose parent has not asked how it ended is gone as well.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};
