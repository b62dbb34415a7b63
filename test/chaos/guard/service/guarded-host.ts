import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProxyView } from "../../../../src/actors/guard/proxy/index.ts";
import { openOwnFolder, sharedFolders } from "../../../../src/shared-memory/index.ts";
import { script } from "../../../support/script.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import { NodeChild } from "../../node-child.ts";
import type { ProxyProcessSettings } from "./proxy-process.ts";

export type Service = Pick<ProxyProcessSettings, "addresses" | "token">;

const viewMs = 30_000;
const followMs = 60_000;
export const spoolBytes = 64 * 1024 * 1024;

class ProxyProcess extends NodeChild<ProxyView, "view"> {
  #answers: ((view: ProxyView) => void)[] = [];

  /** @throws when it does not answer in time, such as one that is frozen */
  view(): Promise<ProxyView> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`a proxy does not answer: ${this.said}`)), viewMs);
      this.#answers.push((view) => {
        clearTimeout(late);
        resolve(view);
      });
      this.send("view");
    });
  }

  protected override heard(view: ProxyView): void {
    for (const answer of this.#answers.splice(0)) answer(view);
  }
}

/** A host: what its front ends share, and its proxy as a process of its own. */
export class GuardedHost {
  readonly shared = mkdtempSync("/dev/shm/garrison-host-");
  readonly #name: string;
  readonly #spool = tempDir("host-spool");
  #proxy: ProxyProcess | undefined;

  /** @param name of the host; without a proxy until `serve` */
  constructor(name: string) {
    this.#name = name;
    openOwnFolder(sharedFolders(this.shared).writers);
  }

  /** Starts its proxy, or the next one on the same spool. */
  async serve(service: Service, ageMs: number): Promise<void> {
    await this.#proxy?.kill();
    const settings: ProxyProcessSettings = {
      ...service,
      proxy: {
        proxy: this.#name,
        folder: this.shared,
        spoolFolder: this.#spool.path,
        spoolBytes,
        report: { records: 1_000, bytes: 262_144, ageMs },
        rules: [],
      },
    };
    this.#proxy = new ProxyProcess(script("proxy-process", import.meta.url), settings);
  }

  /** Resolves when its proxy has written a table with all that the service says. */
  async follows(): Promise<void> {
    let view: ProxyView | undefined;
    await until(
      async () => {
        view = await this.view();
        return view.state === "active" && view.table.subscription === "following" && view.table.fileBytes > 0;
      },
      () => view,
      followMs,
    );
  }

  /** What its proxy does now. */
  view(): Promise<ProxyView> {
    return this.#running.view();
  }

  freeze(): Promise<void> {
    return this.#running.freeze();
  }

  thaw(): void {
    this.#running.thaw();
  }

  /** What front ends wrote and the proxy has not released, and what it has not been acknowledged. */
  bytes(): { readonly queue: number; readonly spool: number } {
    return { queue: bytesBelow(sharedFolders(this.shared).writers), spool: bytesBelow(this.#spool.path) };
  }

  async end(): Promise<void> {
    await this.#proxy?.kill();
    rmSync(this.shared, { recursive: true, force: true });
    this.#spool.remove();
  }

  get #running(): ProxyProcess {
    if (this.#proxy === undefined) throw new Error(`${this.#name} has no proxy`);
    return this.#proxy;
  }
}

const bytesBelow = (folder: string): number => {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // A file may be released meanwhile.
    if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
};
