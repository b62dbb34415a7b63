import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Decision, GuardCounts } from "../../../src/client/guard/index.ts";
import { script } from "../script.ts";

/** A front end that runs as a process of its own. */
export interface FrontEndProcess {
  readonly child: ChildProcess;
  /** What its guard decides about an access. */
  decide(access: { readonly rule?: number; readonly ip?: string; readonly account?: string }): Promise<Decision>;
  counts(): Promise<GuardCounts>;
}

/** Processes of front ends on shared folders. */
export class FrontEnds {
  readonly #running = new Set<ChildProcess>();

  async start(folder: string): Promise<FrontEndProcess> {
    const { file, execArgv } = script("./front-end", import.meta.url);
    const child = spawn(process.execPath, [...execArgv, file, folder], { stdio: ["ignore", "pipe", "inherit"] });
    this.#running.add(child);
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${said.toString().trim()}${path}`, { headers: { connection: "close" } })).json();
    return {
      child,
      decide: async (access) => {
        const entries = Object.entries(access).map(([name, value]): [string, string] => [name, String(value)]);
        return (await ask(`/?${new URLSearchParams(entries).toString()}`)) as Decision;
      },
      counts: async () => (await ask("/counts")) as GuardCounts,
    };
  }

  async close(): Promise<void> {
    for (const child of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  }
}
