import { createConnection, type Socket } from "node:net";
import type { Client, ClientChannel } from "ssh2";
import { CommandFailure } from "../failure.ts";
import { failureOf } from "../network-failure.ts";
import type { HostCheck } from "./host-check.ts";
import type { Login } from "./login.ts";

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Reaching the host, the exchange of keys and the login, together. */
const loginMs = 20_000;
/** A host that answers nothing for three of them is gone. */
const keepaliveMs = 10_000;
const keepalives = 3;

/** One connection to a host by ssh. Whoever opens it closes it. */
export class SshConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  /** Rejects when the connection is lost, refused or closed. */
  readonly #broken: Promise<never>;
  #fail: (failure: CommandFailure) => void = () => undefined;

  /**
   * Begins to connect.
   * @param client of ssh2, not used before
   */
  constructor(client: Client, { host, port }: Place, user: string, login: Login, check: HostCheck) {
    this.#client = client;
    this.#broken = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits hears of it; nobody may.
    this.#broken.catch(() => undefined);
    const place = `${host}:${port}`;
    const failed = (why: string): void => this.#fail(new CommandFailure("threw", `${place} ${why}`));
    client
      .on("error", (error) => this.#fail(check.refusal ?? failureOf(error, place)))
      .on("close", () => failed("closed the connection"))
      .on("change password", () => failed("wants the password to be changed first"));
    this.#socket = createConnection({ host, port });
    client.connect({
      sock: this.#socket,
      username: user,
      authHandler: login.handler(failed),
      algorithms: { serverHostKey: check.algorithms },
      hostVerifier: (key: Buffer) => check.accepts(key),
      readyTimeout: loginMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: keepalives,
    });
  }

  /** Resolves when the host is known and the user is in. */
  async ready(): Promise<void> {
    await Promise.race([this.#broken, new Promise<void>((resolve) => this.#client.once("ready", resolve))]);
  }

  /**
   * Starts a command, without a terminal and with nothing to read.
   * @param follow called in the moment in which the command has started: what it writes may be there already
   */
  async execute<Result>(command: string, follow: (channel: ClientChannel) => Promise<Result>): Promise<Result> {
    const followed = new Promise<Result>((resolve, reject) => {
      this.#client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(new CommandFailure("threw", `it does not start the command: ${error.message}`, { cause: error }));
          return;
        }
        resolve(follow(channel));
        channel.end();
      });
    });
    // When the connection breaks first, nobody waits for it.
    followed.catch(() => undefined);
    return Promise.race([this.#broken, followed]);
  }

  /** Says goodbye if there is anybody to say it to. Nothing of it is open afterwards. */
  close(): void {
    this.#client.end();
    this.#socket.destroySoon();
  }

  /** Ends it at once; whoever waits gets this failure. */
  abort(failure: CommandFailure): void {
    this.#fail(failure);
    this.#client.destroy();
    this.#socket.destroy();
  }
}
