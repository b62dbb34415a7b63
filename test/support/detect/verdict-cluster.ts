import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliCluster } from "../cli-cluster.ts";
import type { Service } from "../service.ts";
import { tempDir } from "../temp-dir.ts";

/** What one detector said, as `verdict show --json` has it. */
export interface ShownAnswer {
  readonly kind: string;
  readonly detector: string;
  readonly result: {
    readonly outcome: string;
    readonly trust?: string;
    readonly reputation?: number;
    readonly names?: readonly string[];
    readonly message?: string;
  };
}

export interface ShownVerdict {
  readonly trust: string;
  readonly degraded: boolean;
  /** By kind. */
  readonly answers: readonly ShownAnswer[];
}

/** A node as a process that asks the detectors of its host, and the command line that submits files to it. */
export class VerdictCluster {
  /** Of the relay of the node. */
  readonly socket: string;
  readonly cluster: CliCluster;
  readonly #folder: { readonly path: string; remove(): void };
  readonly #config: string;
  #address = "";

  /** @param detect keys of `detect` as YAML in flow style, such as `rule: any, windowMs: 100` */
  constructor(name: string, detect: string) {
    this.#folder = tempDir(name);
    this.cluster = new CliCluster(this.#folder.path);
    this.socket = join(this.#folder.path, "relay", "relay.sock");
    this.#config = join(this.#folder.path, "garrison.yaml");
    writeFileSync(this.#config, `detect: {socket: relay/relay.sock, ${detect}}\n`);
  }

  /** Starts the node, again too: it is the one that is called from then on. */
  async start(id: string): Promise<Service> {
    const node = await this.cluster.start(id, "--config", this.#config);
    this.#address = (await node.event("ready")).address ?? "";
    return node;
  }

  /** Submits a file with this text, and waits for what the detectors say of it. */
  async verdict(text: string): Promise<ShownVerdict> {
    const sha256 = createHash("sha256").update(text).digest("hex");
    const file = join(this.#folder.path, sha256);
    writeFileSync(file, text);
    await this.#judged("file", "submit", file);
    const shown: unknown = JSON.parse(await this.#judged("verdict", "show", sha256));
    const { decision, detail } = shown as {
      readonly decision?: { readonly trust: string; readonly degraded: boolean };
      readonly detail?: { readonly answers: readonly ShownAnswer[] };
    };
    if (decision === undefined || detail === undefined) throw new Error(`no decision: ${JSON.stringify(shown)}`);
    const { trust, degraded } = decision;
    return { trust, degraded, answers: detail.answers.toSorted((a, b) => a.kind.localeCompare(b.kind)) };
  }

  /** What a command prints that ends with 3 and 4 as well as with 0, by the verdict. */
  async #judged(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cluster.run(...args, "--json", "--node", this.#address);
    if (code === 0 || code === 3 || code === 4) return stdout;
    throw new Error(`garrison ${args.join(" ")} ended with ${code}: ${stderr}`);
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await this.cluster.close();
    this.#folder.remove();
  }
}
