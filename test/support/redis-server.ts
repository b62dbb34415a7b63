import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWithParent } from "../../src/bin/node/process/end-with-parent.ts";
import { freePort } from "./free-port.ts";
import { redisCommand, type RedisAccess } from "./redis-command.ts";
import { tempDir } from "./temp-dir.ts";
import { until } from "./until.ts";

export interface RedisServerOptions {
  /** When the append-only file reaches the disk; `no`: there is no such file and a restart forgets everything. */
  readonly appendfsync?: "always" | "everysec" | "no";
  /** More of its settings, such as `["--maxmemory", "10mb"]`. */
  readonly args?: readonly string[];
  /** It speaks TLS only. PEM text; clients have to show a certificate that `ca` has signed, if there is one. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** ACL users beside the default one, such as `garrison on >secret ~* +@all`; `default off` closes the door to others. */
  readonly users?: readonly string[];
}

const readyMs = 15_000;
const endMs = 10_000;
const portTries = 5;
const logTail = 2_000;
const admin = { username: "test-admin", password: "test-admin" } as const;

/**
 * A real `redis-server` on a port of 127.0.0.1 and in a folder of its own, without any configuration of the machine.
 * It dies with the process that started it, whatever ends that.
 */
export class RedisServer {
  readonly port: number;
  /** What the store is opened with. */
  readonly url: string;
  readonly #args: readonly string[];
  readonly #folder: ReturnType<typeof tempDir>;
  readonly #access: RedisAccess;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: ReturnType<typeof tempDir>, options: RedisServerOptions) {
    const { appendfsync = "no", args = [], tls, users = [] } = options;
    this.port = port;
    this.url = `${tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#access = { port, admin, ...(tls === undefined ? {} : { tls }) };
    const acl = join(folder.path, "users.acl");
    const rules = [`${admin.username} on >${admin.password} ~* &* +@all`, ...users];
    writeFileSync(acl, rules.map((rule) => `user ${rule}\n`).join(""));
    this.#args = [
      ...["--bind", "127.0.0.1", "--dir", folder.path, "--save", "", "--aclfile", acl, "--logfile", "redis.log"],
      ...(appendfsync === "no" ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", appendfsync]),
      ...(tls === undefined ? ["--port", String(port)] : tlsArgs(port, folder.path, tls)),
      ...args,
    ];
  }

  /** Resolves once it answers. Fails with the end of its log. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let tries = 1; ; tries += 1) {
      const folder = tempDir("redis");
      const server = new RedisServer(await freePort(), folder, options);
      try {
        await server.#launch();
        return server;
      } catch (error) {
        await server.stop();
        // Another process was quicker to take the port.
        if (tries === portTries || !String(error).includes("Address already in use")) throw error;
      }
    }
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("redis-server does not run");
    return pid;
  }

  /** Ends it as a crash does; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    const deadline = AbortSignal.timeout(endMs);
    await Promise.race([gone, once(deadline, "abort").then(() => Promise.reject(new Error("redis-server stays")))]);
  }

  /** Starts it again on the same port and folder, after `kill` or while it runs; resolves once it has loaded its data. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  /** It stops in the middle of whatever it does; its connections stay. */
  freeze(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Sends one command as a user with all rights and returns the reply. */
  command(...args: readonly string[]): Promise<unknown> {
    return redisCommand(this.#access, args);
  }

  /** Ends it and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  async #launch(): Promise<void> {
    const { command, args } = endWithParent("redis-server", this.#args);
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-logTail)));
    child.on("error", (error) => (said += error.message));
    const over = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    let answer: unknown;
    await until(
      async () => over() || (answer = await this.command("PING").catch(String)) === "PONG",
      () => ({ answer, log: this.#log(), said }),
      readyMs,
    );
    if (over()) throw new Error(`redis-server did not start: ${said}\n${this.#log()}`);
  }

  #log(): string {
    try {
      return readFileSync(join(this.#folder.path, "redis.log"), "utf8").slice(-logTail);
    } catch {
      return "(no log)";
    }
  }
}

const tlsArgs = (port: number, folder: string, tls: NonNullable<RedisServerOptions["tls"]>): readonly string[] => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return [
    ...["--port", "0", "--tls-port", String(port)],
    ...["--tls-cert-file", file("server.crt", tls.cert), "--tls-key-file", file("server.key", tls.key)],
    // Commands of the test come with the server's own certificate.
    ...["--tls-ca-cert-file", file("ca.crt", `${tls.ca ?? ""}${tls.cert}`)],
    ...["--tls-auth-clients", tls.ca === undefined ? "no" : "yes"],
  ];
};
