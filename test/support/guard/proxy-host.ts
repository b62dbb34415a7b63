import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  proxyProps,
  type ProxyMessage,
  type ProxySettings,
  type ProxyView,
} from "../../../src/actors/guard/proxy/index.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { Guard, type GuardOptions } from "../../../src/client/guard/index.ts";
import { guardSettings } from "../../../src/client/guard/options.ts";
import type { Address } from "../../../src/kernel/index.ts";
import { TestKernel } from "../kernel.ts";
import { tempDir } from "../temp-dir.ts";
import { ScriptedGuardPort } from "./scripted-port.ts";

export const testShards = 8;

/** A host with front ends and a proxy whose time a test moves. */
export class ProxyHost {
  readonly #folder = tempDir("guard-proxy");
  readonly port = new ScriptedGuardPort();
  readonly guards: Guard[] = [];
  readonly settings: ProxySettings;
  kernel: TestKernel;
  proxy: Address<ProxyMessage>;

  constructor(more: Partial<ProxySettings> = {}) {
    const folder = join(this.#folder.path, "shared");
    mkdirSync(folder, { mode: 0o700 });
    this.settings = {
      proxy: "host-1",
      folder,
      spoolFolder: join(this.#folder.path, "spool"),
      spoolBytes: 1024 * 1024,
      report: { records: 1_000, bytes: 65_536, ageMs: 100 },
      rules: [],
      ...more,
    };
    this.kernel = new TestKernel("nact");
    this.proxy = this.kernel.system.spawn(proxyProps(this.setup), "proxy");
  }

  get setup(): { readonly port: ScriptedGuardPort; readonly settings: ProxySettings } {
    return { port: this.port, settings: this.settings };
  }

  /** Settings and a rule for addresses, as the feed begins. */
  begin(): void {
    this.port.feed.push(
      { type: "settings", shards: testShards, slotMs: 10, v6PrefixBits: 64, neverBlock: [] },
      {
        type: "rules",
        rules: [
          {
            number: 1,
            name: "addresses",
            subject: "ip",
            threshold: 10,
            windowMs: 1_000,
            distinct: undefined,
            action: "deny",
            blockMs: 60_000,
            escalateMs: [],
            forgetMs: 60_000,
            shadow: false,
            allow: [],
          },
        ],
      },
    );
  }

  /** A front end of the host, on the clock of the test. */
  guard(options: GuardOptions = {}): Guard {
    const guard = new Guard(guardSettings({ ...options, folder: this.settings.folder }), {
      clock: this.kernel.clock,
      random: seededRandom(this.guards.length + 1),
    });
    this.guards.push(guard);
    return guard;
  }

  async view(): Promise<ProxyView & { readonly state: "active" }> {
    const view = await this.kernel.complete(this.proxy.ask<ProxyView>((replyTo) => ({ type: "view", replyTo }), 5_000));
    if (view.state !== "active") throw new Error(`it stands by: ${view.reason}`);
    return view;
  }

  /** Ends the proxy and begins another one on the same folders. */
  async again(): Promise<void> {
    await this.kernel.complete(this.kernel.system.stopActor(this.proxy));
    this.proxy = this.kernel.system.spawn(proxyProps(this.setup), "proxy");
    await this.kernel.settle();
  }

  async end(): Promise<void> {
    for (const guard of this.guards) guard.close();
    await this.kernel.complete(this.kernel.system.stop());
    this.#folder.remove();
  }
}
