import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { endWithParent } from "../node/process/end-with-parent.ts";
import { UsageError } from "../process/usage-error.ts";

export interface RedisProcessOptions {
  /** For its data; made if it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

const startMs = 15_000;
const stopMs = 10_000;
const keptText = 2_048;
const portTries = 5;
/** Below the ports of outgoing connections: nobody takes the port while the server is down. */
const [firstPort, ports] = [10_000, 20_000];

const ready = /Ready to accept connections/;
const portTaken = /Address already in use/;

/**
 * A `redis-server` of the demo's own on loopback, with a password, that has every write on disk before it answers. It ends with this
 * process, whatever happens.
 */
export class RedisProcess {
  /** Of the default user. */
  readonly passwordFile: string;
  readonly #options: RedisProcessOptions;
  readonly #configFile: string;
  #port = 0;
  #child: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();

  private constructor(options: RedisProcessOptions) {
    this.#options = options;
    this.#configFile = join(options.folder, "redis.conf");
    this.passwordFile = join(options.folder, "password");
  }

  /** @throws UsageError when `redis-server` is not installed */
  static async start(options: RedisProcessOptions): Promise<RedisProcess> {
    const server = new RedisProcess(options);
    const { folder, random } = options;
    const password = random.id();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(server.passwordFile, `${password}\n`, { mode: 0o600 });
    for (let tries = 1; ; tries += 1) {
      server.#port = firstPort + random.below(ports);
      await writeFile(server.#configFile, configText(server.#port, folder, password), { mode: 0o600 });
      try {
        await server.#launch();
        return server;
      } catch (error) {
        if (tries === portTries || !(error instanceof Error && portTaken.test(error.message))) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#gone;
  }

  /** Starts it again on the same port and data; resolves when it serves. */
  async startAgain(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    const deadline = this.#options.clock.after(stopMs, () => void this.#child?.kill("SIGKILL"));
    await this.#gone;
    deadline.cancel();
  }

  async #launch(): Promise<void> {
    const { command, args } = endWithParent("redis-server", [this.#configFile]);
    // In a group of its own: what a terminal sends to the demo would end it before the nodes.
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], detached: true });
    this.#child = child;
    this.#gone = Promise.race([once(child, "exit"), once(child, "error")]).catch(() => undefined);
    try {
      await this.#serving(child);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  #serving(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = "";
      const { clock } = this.#options;
      const late = (): void => reject(new Error(`redis-server did not start within ${startMs} ms: ${said.trim()}`));
      const deadline = clock.after(startMs, late);
      const fail = (error: Error): void => {
        deadline.cancel();
        reject(error);
      };
      // Read to its end, so that the server never waits for its reader.
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-keptText);
        if (!ready.test(said)) return;
        deadline.cancel();
        resolve();
      });
      child.once("error", (error: NodeJS.ErrnoException) => fail(error.code === "ENOENT" ? notInstalled() : error));
      child.once("close", (code) => {
        // 127: `setpriv` has found no such program.
        fail(
          code === 127 ? notInstalled() : new Error(`redis-server ended with ${code} as it started: ${said.trim()}`),
        );
      });
    });
  }
}

const notInstalled = (): UsageError =>
  new UsageError(
    "redis-server is not installed: apt-get install redis-server, or name a server with --store redis://HOST:PORT",
  );

/** A folder of the system's temporary ones has no quotes in its name. */
const configText = (port: number, folder: string, password: string): string =>
  [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${folder}"`,
    'save ""',
    "appendonly yes",
    "appendfsync always",
    "maxmemory-policy noeviction",
    "daemonize no",
    "",
  ].join("\n");
