import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { GuardNodeSettings } from "../../../integration/guard/guard-node.ts";
import { script } from "../../../support/script.ts";
import { NodeChild } from "../../node-child.ts";

/** What a node is started with, in each of its lives. */
export interface ServiceNodeSettings {
  readonly id: string;
  /** Of its config and of the token of operators; nodes of one cluster share it. */
  readonly folder: string;
  /** As in `store.url`. */
  readonly store: string;
  /** Of its control service on 127.0.0.1, the same in each life. */
  readonly port: number;
  readonly leaseMs: number;
}

export const tokenFile = (folder: string): string => join(folder, "token", "operator-token");

/** One life of a node that serves the guard, without a proxy. No cap holds a block back: what is watched is what is counted. */
export class ServiceNode extends NodeChild<string, never> {
  #address = "";

  constructor({ id, folder, store, port, leaseMs }: ServiceNodeSettings) {
    const configFile = join(folder, `${id}.yaml`);
    writeFileSync(
      configFile,
      stringify({
        node: { id },
        store: { url: store },
        listen: { grpc: `127.0.0.1:${port}`, http: "127.0.0.1:0" },
        control: { tokenFile: tokenFile(folder) },
        scan: { scope: ["127.0.0.1"] },
        guard: { proxy: false, caps: { blocksPerMinute: 1_000_000, activeShare: 1 } },
      }),
    );
    const settings: GuardNodeSettings = { configFile, leaseMs };
    super(script("../../../integration/guard/guard-node", import.meta.url), settings);
  }

  /** It serves. */
  get ready(): boolean {
    return this.#address !== "" && this.exit === undefined;
  }

  protected override heard(address: string): void {
    this.#address = address;
  }
}
