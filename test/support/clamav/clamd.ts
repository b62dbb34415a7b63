import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";
import { dailySignatures, type TextSignature } from "./daily-signatures.ts";

/** Lines of clamd.conf, such as `{ AlertExceedsMax: "yes" }`. */
export type ClamdSettings = Readonly<Record<string, string>>;

const readyMs = 20_000;
const endMs = 10_000;
const logTail = 2_000;

/** What every clamd of the tests finds, as long as nobody gives it other signatures. The marker is harmless text. */
export const marker: TextSignature = { name: "Garrison.Test.Marker", text: "GARRISON-HARMLESS-MARKER-ONE" };
/** As clamd names what no signature of ClamAV's own has found. */
export const markerFound = `${marker.name}.UNOFFICIAL`;

/** Reports everything that it does not scan. */
export const reportsAll: ClamdSettings = { AlertExceedsMax: "yes", AlertEncrypted: "yes" };

/**
 * A real clamd on a unix socket in a folder of its own, with a signature or two and without any network. It dies with the process that
 * started it, whatever ends that.
 */
export class Clamd {
  /** What clients connect to. */
  readonly socket: string;
  readonly databaseDirectory: string;
  readonly #folder = tempDir("clamd");
  #settings: ClamdSettings;
  #child: ChildProcess | undefined;

  private constructor(settings: ClamdSettings) {
    this.socket = join(this.#folder.path, "clamd.sock");
    this.databaseDirectory = join(this.#folder.path, "db");
    this.#settings = settings;
    mkdirSync(this.databaseDirectory);
    this.setSignatures(27_000, [marker]);
  }

  /** Resolves once it answers. Fails with the end of what it said. */
  static async start(settings: ClamdSettings = reportsAll): Promise<Clamd> {
    const clamd = new Clamd(settings);
    try {
      await clamd.#launch();
      return clamd;
    } catch (error) {
      await clamd.stop();
      throw error;
    }
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("clamd does not run");
    return pid;
  }

  /** Ends it as a crash does; resolves when it is gone. Its socket stays where it is. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    const deadline = AbortSignal.timeout(endMs);
    await Promise.race([gone, once(deadline, "abort").then(() => Promise.reject(new Error("clamd stays")))]);
  }

  /** Starts it again, after `kill` or while it runs. @param settings instead of those that it had */
  async restart(settings: ClamdSettings = this.#settings): Promise<void> {
    await this.kill();
    this.#settings = settings;
    await this.#launch();
  }

  /** It stops in the middle of whatever it does; its connections stay. */
  freeze(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Puts other signatures where it reads them from; it does so at the next start or `reload`. */
  setSignatures(version: number, signatures: readonly TextSignature[]): void {
    const path = join(this.databaseDirectory, "daily.cud");
    writeFileSync(`${path}.new`, dailySignatures(version, signatures));
    renameSync(`${path}.new`, path);
  }

  /** Sends RELOAD; resolves when it has begun. */
  async reload(): Promise<void> {
    const answer = await this.command("RELOAD");
    if (answer !== "RELOADING\0") throw new Error(`clamd does not reload: ${answer}`);
  }

  /** Sends one command on a connection of its own and returns all that clamd sends until it closes. */
  async command(name: string): Promise<string> {
    const socket = createConnection({ path: this.socket });
    try {
      socket.setTimeout(endMs, () => socket.destroy(new Error(`no answer to ${name}`)));
      socket.write(`z${name}\0`);
      let answer = "";
      for await (const part of socket.setEncoding("latin1")) answer += String(part);
      return answer;
    } finally {
      socket.destroy();
    }
  }

  /** Ends it and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  async #launch(): Promise<void> {
    const file = join(this.#folder.path, "clamd.conf");
    rmSync(this.socket, { force: true });
    writeFileSync(file, this.#configuration());
    const { command, args } = endWithParent("clamd", ["--config-file", file]);
    // An ordinary user's path may lack the folder that clamd is in.
    const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], env });
    this.#child = child;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-logTail)));
    child.on("error", (error) => (said += error.message));
    const over = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    let answer = "";
    await until(
      async () => over() || (answer = await this.command("PING").catch(String)) === "PONG\0",
      () => ({ answer, said, log: this.#log() }),
      readyMs,
    );
    if (over()) throw new Error(`clamd did not start: ${said}\n${this.#log()}`);
  }

  #configuration(): string {
    const all = {
      ...{ Foreground: "yes", LocalSocket: this.socket, LocalSocketMode: "600" },
      ...{ DatabaseDirectory: this.databaseDirectory, TemporaryDirectory: this.#folder.path },
      ...{ LogFile: join(this.#folder.path, "clamd.log"), SelfCheck: "0", MaxThreads: "4", PhishingScanURLs: "no" },
      ...this.#settings,
    };
    return Object.entries(all)
      .map(([name, value]) => `${name} ${value}\n`)
      .join("");
  }

  #log(): string {
    try {
      return readFileSync(join(this.#folder.path, "clamd.log"), "utf8").slice(-logTail);
    } catch {
      return "(no log)";
    }
  }
}
