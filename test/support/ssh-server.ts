import { once } from "node:events";
import type { AddressInfo } from "node:net";
import ssh2, { type AuthenticationType, type Connection, type ServerChannel } from "ssh2";

/** What the server does with a command. */
export type RemoteShell = (command: string, channel: ServerChannel) => void;

interface SshServerOptions {
  /** Private keys of the host. */
  readonly hostKeys: readonly string[];
  /** Who may come in. */
  readonly users?: Readonly<Record<string, { readonly password?: string; readonly publicKey?: string }>>;
  /** What it says that it takes; default: password and publickey. */
  readonly methods?: readonly AuthenticationType[];
  readonly shell?: RemoteShell;
}

const answer: RemoteShell = (command, channel) => {
  channel.write(`did ${command}`);
  channel.exit(0);
  channel.end();
};

/** A real SSH server on loopback: ssh2's, with users and commands that a test scripts. */
export class TestSshServer {
  static async start(options: SshServerOptions): Promise<TestSshServer> {
    const server = new TestSshServer(options);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  readonly commands: string[] = [];
  readonly passwords: string[] = [];
  /** Connections that are open. */
  readonly open = new Set<Connection>();
  readonly #options: SshServerOptions;
  readonly #server: InstanceType<typeof ssh2.Server>;

  private constructor(options: SshServerOptions) {
    this.#options = options;
    this.#server = new ssh2.Server({ hostKeys: [...options.hostKeys] }, (connection) => this.#serve(connection));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Every connection breaks, as when the machine dies. */
  die(): void {
    for (const connection of this.open) connection.end();
  }

  async stop(): Promise<void> {
    this.die();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(connection: Connection): void {
    this.open.add(connection);
    connection
      .on("close", () => this.open.delete(connection))
      .on("error", () => undefined)
      .on("authentication", (context) => {
        const { users = {}, methods = ["password", "publickey"] } = this.#options;
        const user = users[context.username];
        const takes = methods.includes(context.method);
        if (context.method === "password") {
          this.passwords.push(context.password);
          if (takes && user?.password !== undefined && context.password === user.password) return context.accept();
        }
        if (takes && context.method === "publickey" && user?.publicKey !== undefined) {
          const key = ssh2.utils.parseKey(user.publicKey);
          if (key instanceof Error) throw key;
          const { blob, signature } = context;
          const isSigned =
            signature === undefined || blob === undefined || key.verify(blob, signature, context.hashAlgo);
          if (context.key.data.equals(key.getPublicSSH()) && isSigned) return context.accept();
        }
        return context.reject([...methods]);
      })
      .on("session", (accept) => {
        accept().on("exec", (acceptCommand, _reject, { command }) => {
          this.commands.push(command);
          (this.#options.shell ?? answer)(command, acceptCommand());
        });
      });
  }
}

const { generateKeyPairSync } = ssh2.utils;
const generate = {
  ed25519: () => generateKeyPairSync("ed25519"),
  rsa: () => generateKeyPairSync("rsa", { bits: 2_048 }),
  ecdsa: () => generateKeyPairSync("ecdsa", { bits: 256 }),
} as const;

/** A pair of keys: the private one as OpenSSH writes it, and the public one as known_hosts and authorized_keys have it. */
export const sshKeys = (type: keyof typeof generate): { readonly privateKey: string; readonly publicKey: string } => {
  const pair = generate[type]();
  return { privateKey: pair.private, publicKey: pair.public };
};
