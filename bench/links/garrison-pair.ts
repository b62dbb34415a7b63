import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { TestAuthority } from "../../test/support/certificates.ts";
import { script } from "../../test/support/script.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { until } from "../../test/support/until.ts";
import type { LinkNodeCall, LinkNodeSays } from "./link-node.ts";
import type { Pair } from "./pair.ts";

const startMs = 30_000;
const callMs = 120_000;
const { file, execArgv } = script("link-node", import.meta.url);

export interface GarrisonPairOptions {
  /** Mutual TLS instead of the operator token. */
  readonly tls?: boolean;
  readonly leaseMs?: number;
}

/** Two nodes in processes of their own, on one store. */
export class GarrisonPair implements Pair {
  readonly #folder = tempDir("bench-links");
  readonly #children: ChildProcess[] = [];

  static async start(options: GarrisonPairOptions): Promise<GarrisonPair> {
    const pair = new GarrisonPair();
    try {
      await pair.#start(options);
      return pair;
    } catch (error) {
      await pair.end();
      throw error;
    }
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid ?? 0);
  }

  async tells(count: number): Promise<number> {
    return took(await this.call(0, { do: "tells", count }));
  }

  async asks(count: number, outstanding: number): Promise<number> {
    return took(await this.call(0, { do: "asks", count, outstanding }));
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    this.#folder.remove();
  }

  /** @param at the sender is 0, the receiver 1 */
  async call(at: number, call: LinkNodeCall): Promise<LinkNodeSays> {
    const child = this.#children[at];
    if (child === undefined) throw new Error(`there is no node ${at}`);
    const said = heard(child);
    child.send(call);
    return said;
  }

  async #start({ tls = false, leaseMs }: GarrisonPairOptions): Promise<void> {
    const authority = tls ? await TestAuthority.create() : undefined;
    for (const [id, peer] of [
      ["left", "right"],
      ["right", "left"],
    ] as const) {
      const config = await this.#config(id, authority);
      const child = fork(file, [config, peer, ...(leaseMs === undefined ? [] : [String(leaseMs)])], {
        execArgv: [...execArgv],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      this.#children.push(child);
      await heard(child);
    }
    const linked = async (at: number): Promise<boolean> => {
      const said = await this.call(at, { do: "look" });
      return said.says === "look" && said.linked;
    };
    await until(
      async () => (await linked(0)) && (await linked(1)),
      () => "the nodes have no links yet",
      startMs,
    );
  }

  /** Writes the config of one node, and its certificate. @returns the path */
  async #config(id: string, authority: TestAuthority | undefined): Promise<string> {
    const at = (name: string): string => join(this.#folder.path, name);
    const write = (name: string, text: string): string => {
      writeFileSync(at(name), text, { mode: 0o600 });
      return at(name);
    };
    const issued = await authority?.issue(`garrison://garrison/node/${id}`, { hosts: ["127.0.0.1"] });
    const tls =
      authority === undefined || issued === undefined
        ? {}
        : {
            tls: {
              ca: write("ca.pem", authority.pair.cert),
              cert: write(`${id}.pem`, issued.cert),
              key: write(`${id}-key.pem`, issued.key),
            },
          };
    const config = {
      node: { id },
      store: { url: `lmdb:${at("store")}` },
      listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
      control: { tokenFile: at("token") },
      scan: { scope: ["127.0.0.1"] },
      ...tls,
    };
    return write(`${id}.yaml`, stringify(config));
  }
}

/** What a node says next. */
const heard = async (child: ChildProcess): Promise<LinkNodeSays> => {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`a node said nothing within ${callMs} ms`)), callMs);
  const ended = once(child, "exit", over).then(([code]) => {
    throw new Error(`the node ended with ${code}`);
  });
  try {
    const [said] = (await Promise.race([once(child, "message", over), ended])) as [LinkNodeSays];
    if (said.says === "failed") throw new Error(said.why);
    return said;
  } finally {
    clearTimeout(timer);
    ended.catch(() => undefined);
    over.abort();
  }
};

const took = (said: LinkNodeSays): number => {
  if (said.says !== "done") throw new Error(`the node says ${JSON.stringify(said)}`);
  return said.micros;
};
