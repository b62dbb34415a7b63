import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { ClientError, type GarrisonClient } from "../../../src/client/index.ts";
import { inRepository } from "../../support/built.ts";
import { descendantsOf } from "../../support/process-state.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { isPassing, type Caller } from "../caller.ts";

/** Which files nodes are started from: those that users run, or those that this one was compiled with, which may have a defect. */
export type NodeFiles = "built" | "compiled";

export interface RespondClusterOptions {
  readonly nodes: number;
  readonly files: NodeFiles;
  /** Code by the name of its file. */
  readonly playbooks: Readonly<Record<string, string>>;
  /** YAML; none when absent. */
  readonly bindings?: string;
  /** Keys below `respond` of the config. */
  readonly respond: object;
  /** `store.url`; an embedded one of the cluster's own when absent. */
  readonly storeUrl?: string;
  /** Texts of files that only their owner may read, by name, beside the config. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const longestLifeMs = 3_600_000;
const silenceMs = 60_000;
const retryMs = 50;

/** The entry file of a node, as seen from `dist/`. */
export const entryOf = (files: NodeFiles): string =>
  files === "built"
    ? "bin/garrison.js"
    : relative(inRepository("dist"), fileURLToPath(new URL("../../../src/bin/garrison.js", import.meta.url)));

/** A node waits for the leases of its last life, on a machine that others load too. */
const longestStartMs = 180_000;

/** One node through all its lives: `garrison node`, as a process that does not outlive this one. */
export class RespondNodeProcess {
  readonly #start: () => Service;
  readonly #endedByItself: (code: number | null) => void;
  #service: Service;
  #isReady = false;
  /** Nobody ends this life. */
  #isWanted = true;
  #client: GarrisonClient | undefined;

  /** @param endedByItself told when a life ended that nobody ended from here; `restart` begins the next one */
  constructor(start: () => Service, endedByItself: (code: number | null) => void = () => undefined) {
    this.#start = start;
    this.#endedByItself = endedByItself;
    this.#service = this.#begin();
  }

  get pid(): number {
    const { pid } = this.#service.running.child;
    if (pid === undefined) throw new Error(`a node could not be started: ${this.#service.running.stderr()}`);
    return pid;
  }

  /** Its servers listen, and nobody has ended it since. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get stderr(): string {
    return this.#service.running.stderr();
  }

  /** A client of this life, once it listens; it is closed with the life. */
  async client(): Promise<GarrisonClient> {
    const service = this.#service;
    const { address = "" } = await service.event("ready");
    if (service !== this.#service) return this.client();
    return (this.#client ??= service.client(address));
  }

  /** One more client, with a connection of its own, which the caller closes. */
  async newClient(): Promise<GarrisonClient> {
    const { address = "" } = await this.#service.event("ready");
    return this.#service.client(address);
  }

  /** Where it takes calls. */
  async address(): Promise<string> {
    return (await this.#service.event("ready")).address ?? "";
  }

  /** Where it takes events over HTTP, as its log says. */
  eventsAddress(): string {
    const said = /"address":"([^"]+)"[^\n]*events are taken over HTTP/.exec(this.stderr)?.[1];
    if (said === undefined) throw new Error(`the node does not say where it takes events: ${this.stderr.slice(-500)}`);
    return said;
  }

  /** A value of its metrics page. */
  async metric(pattern: RegExp): Promise<number | undefined> {
    const { http = "" } = await this.#service.event("ready");
    const page = await (await fetch(`http://${http}/metrics`)).text();
    const value = pattern.exec(page)?.[1];
    return value === undefined ? undefined : Number(value);
  }

  /** All processes that it has started, and those that these have. */
  processes(): readonly number[] {
    return descendantsOf(this.pid);
  }

  /** Ends it as a crash does; resolves when it is gone. Its processes may not be. */
  async kill(): Promise<void> {
    this.#over();
    await this.#service.end("SIGKILL");
  }

  /** Ends it in order; resolves with its exit code. */
  async drain(): Promise<number | null> {
    this.#over();
    const { code } = await this.#service.end("SIGTERM");
    return code;
  }

  /** The next life, once the last one is over. */
  restart(): void {
    this.#isWanted = true;
    this.#service = this.#begin();
  }

  #over(): void {
    this.#isReady = false;
    this.#isWanted = false;
    this.#client?.close();
    this.#client = undefined;
  }

  #begin(): Service {
    const service = this.#start();
    service.event("ready", 1, longestStartMs).then(
      () => (this.#isReady = this.#isWanted && service === this.#service),
      // Ended before: whoever waits for its client is told.
      () => undefined,
    );
    void service.running.ended.then(({ code }) => {
      if (service !== this.#service || !this.#isWanted) return;
      this.#over();
      this.#endedByItself(code);
    });
    return service;
  }
}

/** Real nodes on one store, which answer events. */
export class RespondCluster implements Caller {
  readonly nodes: readonly RespondNodeProcess[];
  /** Where the folders `playbooks` and `rules` are. */
  readonly folder: string;
  readonly #directory: ReturnType<typeof tempDir>;

  constructor({ nodes, files, playbooks, bindings, respond, storeUrl, secrets = {} }: RespondClusterOptions) {
    this.#directory = tempDir("chaos-respond");
    this.folder = this.#directory.path;
    for (const name of ["playbooks", "rules"]) mkdirSync(join(this.folder, name));
    for (const [name, code] of Object.entries(playbooks)) writeFileSync(join(this.folder, "playbooks", name), code);
    for (const [name, text] of Object.entries(secrets)) writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    if (bindings !== undefined) writeFileSync(join(this.folder, "rules", "bindings.yml"), bindings);
    // Each through the parent's death: a run that is ended leaves no node.
    const { command, args } = endWithParent(process.execPath, []);
    const through = command === process.execPath ? {} : { through: [command, ...args.slice(0, -1)] };
    this.nodes = Array.from({ length: nodes }, (_, index) => {
      const id = `node-${index + 1}`;
      const file = join(this.folder, `${id}.yaml`);
      writeFileSync(
        file,
        stringify({
          node: { id },
          ...(storeUrl === undefined ? {} : { store: { url: storeUrl } }),
          respond: { playbooks: ["playbooks"], rules: ["rules"], ...respond },
        }),
      );
      const options = { entry: entryOf(files), longestMs: longestLifeMs, ...through };
      return new RespondNodeProcess(() => new Service(this.folder, ["node", ...freePorts, "--config", file], options));
    });
  }

  /** The operator's, with which every call is permitted. */
  get token(): string {
    return readFileSync(join(this.folder, "garrison", "operator-token"), "utf8").trim();
  }

  async ask<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output> {
    const end = performance.now() + silenceMs;
    for (;;) {
      const node = this.nodes.find(({ isReady }) => isReady);
      try {
        if (node !== undefined) return await call(await node.client());
      } catch (error) {
        if (node?.isReady === true && !isPassing(error)) throw error;
      }
      if (performance.now() > end) throw new Error(`no node has answered within ${silenceMs} ms`);
      await pause(retryMs);
    }
  }

  async askOnce<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output | undefined> {
    const node = this.nodes.find(({ isReady }) => isReady);
    try {
      return node && (await call(await node.client()));
    } catch (error) {
      if (node?.isReady === true && !(error instanceof ClientError)) throw error;
      return undefined;
    }
  }

  /** Ends all nodes at once and removes their store. */
  async end(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    this.#directory.remove();
  }
}
