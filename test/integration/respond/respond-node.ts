import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { freePorts, Service } from "../../support/service.ts";

/** Two actions beside each other, and what became of them. */
export const isolate = `
export const title = "Isolate a host";
export const actions = {
  block: { run: ({ host }) => ({ blocked: host }), idempotent: true },
  tell: async ({ text }, { log }) => { log("info", text); return text.length; },
};
export async function onStart(event, run) {
  const block = run.act("block", { host: event.data.host });
  const tell = run.act("tell", { text: "isolating " + event.data.host });
  return { ...(await block), chars: await tell };
}
`;

/** Waits until somebody ends it. */
export const endless = `
export const actions = { wait: { run: () => new Promise(() => setInterval(() => undefined, 1000)), timeoutMs: 60000 } };
export const onStart = (event, run) => run.act("wait", null);
`;

export const bindings = `
id: ransomware
title: Ransomware on a host
when:
  kinds: [ransomware]
  detection:
    encrypts: { action: encrypt }
    condition: encrypts
run: [isolate]
---
id: mining
when: { kinds: [mining] }
run: [endless]
`;

export interface RespondNodeOptions {
  /** Code by the name of its file. */
  readonly playbooks?: Readonly<Record<string, string>>;
  /** Lines below `respond:` in the config, each indented by two spaces. */
  readonly respond?: string;
  /** Lines of other sections. */
  readonly config?: string;
}

/** A real node, as a process of its own, with playbooks and bindings in folders of its own. */
export class RespondNode {
  readonly service: Service;
  readonly folder: string;
  #client: GarrisonClient | undefined;

  /** @param folder an empty one */
  constructor(folder: string, options: RespondNodeOptions = {}) {
    const { playbooks = { "isolate.js": isolate, "endless.js": endless }, respond = "", config = "" } = options;
    this.folder = folder;
    for (const name of ["playbooks", "rules"]) mkdirSync(join(folder, name), { recursive: true });
    for (const [name, code] of Object.entries(playbooks)) writeFileSync(join(folder, "playbooks", name), code);
    if (Object.keys(playbooks).length > 0) writeFileSync(join(folder, "rules", "bindings.yml"), bindings);
    const file = join(folder, "garrison.yaml");
    writeFileSync(file, `respond:\n  playbooks: [playbooks]\n  rules: [rules]\n${respond}${config}`);
    this.service = new Service(folder, ["node", ...freePorts, "--config", file]);
  }

  async client(): Promise<GarrisonClient> {
    const { address = "" } = await this.service.event("ready");
    return (this.#client ??= this.service.client(address));
  }

  async metric(pattern: RegExp): Promise<number | undefined> {
    const { http } = await this.service.event("ready");
    const page = await (await fetch(`http://${http}/metrics`)).text();
    const value = pattern.exec(page)?.[1];
    return value === undefined ? undefined : Number(value);
  }

  /** Ids of the processes of playbooks that this node has started and that have not ended. */
  children(): readonly number[] {
    const node = this.service.running.child.pid;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => parentOf(pid) === node)
      .map(Number);
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    this.#client?.close();
    await this.service.end(signal);
  }
}

const parentOf = (pid: string): number | undefined => {
  try {
    const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
};
