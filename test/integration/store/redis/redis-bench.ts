import { systemClock } from "../../../../src/base/clock.ts";
import type { Store } from "../../../../src/store/index.ts";
import { openRedisStore, type RedisStoreOptions } from "../../../../src/store/redis/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { RedisServer, type RedisServerOptions } from "../../../support/redis-server.ts";

/** A server of one test, and the stores that it opens there. */
export class RedisBench {
  readonly server: RedisServer;
  readonly log = new CapturedLog();
  readonly #stores: Store[] = [];

  private constructor(server: RedisServer) {
    this.server = server;
  }

  static async start(options?: RedisServerOptions): Promise<RedisBench> {
    return new RedisBench(await RedisServer.start(options));
  }

  /** A handle such as another process would have: with connections of its own. */
  async open(options: Partial<RedisStoreOptions> = {}): Promise<Store> {
    const { url } = this.server;
    const store = await openRedisStore({
      url,
      clock: systemClock,
      log: this.log.logger,
      callTimeoutMs: 5_000,
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  /** Names of the connections that the server has at the moment, `garrison` or nothing, and what each does. */
  async connections(): Promise<readonly string[]> {
    const list = String(await this.server.command("CLIENT", "LIST"));
    return list.split("\n").filter((line) => line.includes(" name=garrison "));
  }

  async end(): Promise<void> {
    // A server that is gone or frozen would make each store wait for what is under way.
    await this.server.stop();
    await Promise.all(this.#stores.map((store) => store.close()));
  }
}
