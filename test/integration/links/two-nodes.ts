import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { startNode, type RunningNode } from "../../../src/bin/node/start-node.ts";
import type { Remote } from "../../../src/cluster/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import type { ActorSystem } from "../../../src/kernel/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { freePort } from "../../support/free-port.ts";
import { openStoreForTests } from "../../support/open-store.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { LinkNodeSays, LinkNodeSettings } from "./link-node.ts";

const leaseMs = 1_500;
const startMs = 60_000;
const { file, execArgv } = script("link-node", import.meta.url);

/** Two nodes on one store: one in this process, `here`, and one in a process of its own, `there`, always at the same address. */
export class TwoNodes {
  readonly log = new CapturedLog();
  readonly #directory = tempDir("links");
  #here: { readonly node: RunningNode; readonly system: ActorSystem; readonly remote: Remote } | undefined;
  #child: ChildProcess | undefined;
  #said: LinkNodeSays | undefined;
  #port = 0;

  get system(): ActorSystem {
    return this.#running.system;
  }

  get remote(): Remote {
    return this.#running.remote;
  }

  get httpAddress(): string {
    return this.#running.node.identity.httpAddress;
  }

  async start(): Promise<void> {
    this.#port = await freePort();
    const parts: { system?: ActorSystem; remote?: Remote } = {};
    const node = await startNode({
      config: loadConfig({ file: this.#config("here", 0), env: {} }).config,
      clock: systemClock,
      random: systemRandom,
      log: this.log.logger,
      openStore: openStoreForTests,
      leaseMs,
      actors: (system, remote) => Object.assign(parts, { system, remote }),
    });
    const { system, remote } = parts;
    if (system === undefined || remote === undefined) throw new Error("the node did not spawn the actors of the test");
    this.#here = { node, system, remote };
  }

  /** Starts `there`, anew if it has ended, and waits until the link to it is up. */
  async startThere(): Promise<LinkNodeSays> {
    const settings: LinkNodeSettings = { configFile: this.#config("there", this.#port), leaseMs };
    this.#said = undefined;
    const child = fork(file, [JSON.stringify(settings)], {
      execArgv: [...execArgv],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", (said: LinkNodeSays) => {
      this.#said = said;
    });
    await until(
      () => this.#said !== undefined,
      () => ({ exitCode: child.exitCode }),
      startMs,
    );
    const { incarnation } = this.said;
    await until(
      () => this.remote.links().some((link) => link.incarnation === incarnation && link.state === "up"),
      () => this.remote.links(),
      startMs,
    );
    return this.said;
  }

  /** What `there` said last. */
  get said(): LinkNodeSays {
    if (this.#said === undefined) throw new Error("the other node has not said anything yet");
    return this.#said;
  }

  /** Asks `there` how it stands, until it is so. */
  async thereIs(so: (said: LinkNodeSays) => boolean): Promise<void> {
    await until(
      () => {
        this.#child?.send("say");
        return so(this.said);
      },
      () => this.said,
      startMs,
    );
  }

  async killThere(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** `there` leaves in order. */
  async drainThere(): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error("the other node was not started");
    const gone = once(child, "exit");
    child.send("drain");
    await gone;
  }

  async end(): Promise<void> {
    await this.killThere();
    await this.#here?.node.drain();
    this.#directory.remove();
  }

  get #running() {
    if (this.#here === undefined) throw new Error("the node was not started");
    return this.#here;
  }

  #config(id: string, port: number): string {
    const path = join(this.#directory.path, `${id}.yaml`);
    const config = {
      // Without the role of the guard: nodes ask each other for its tables, and messages are counted.
      node: { id, roles: ["scheduler", "probe"] },
      store: { url: `lmdb:${join(this.#directory.path, "store")}` },
      listen: { grpc: `127.0.0.1:${port}`, http: "127.0.0.1:0" },
      control: { tokenFile: join(this.#directory.path, "token") },
      scan: { scope: ["127.0.0.1"] },
    };
    writeFileSync(path, stringify(config));
    return path;
  }
}
