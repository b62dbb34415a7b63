import { join } from "node:path";
import { type Ended, runCommand, type Running, startCommand, type CommandLineOptions } from "./command-line.ts";
import { freePorts, Service } from "./service.ts";

/** Nodes as processes, with one state folder, and the command line as it talks to the first of them. */
export class CliCluster {
  readonly #state: string;
  readonly #nodes: Service[] = [];
  readonly #started: Running[] = [];
  #address = "";

  /** @param folder of its own; it need not exist */
  constructor(folder: string) {
    this.#state = join(folder, "state");
  }

  /** `host:port` of the node that is called. */
  get address(): string {
    return this.#address;
  }

  get tokenFile(): string {
    return join(this.#state, "garrison", "operator-token");
  }

  /** Starts one more node, which may contact the loopback addresses, and waits until it is a member. */
  async start(id: string, ...args: readonly string[]): Promise<Service> {
    const node = new Service(this.#state, ["node", "--id", id, "--scope", "127.0.0.1", ...freePorts, ...args], {
      environment: { GARRISON_LOG__LEVEL: "error" },
    });
    this.#nodes.push(node);
    const { address } = await node.event("ready");
    if (this.#address === "") this.#address = address ?? "";
    return node;
  }

  get environment(): Readonly<Record<string, string>> {
    return { XDG_STATE_HOME: this.#state, GARRISON_NODE: this.#address };
  }

  command(args: readonly string[], options: CommandLineOptions = {}): Running {
    const running = startCommand(args, { ...options, environment: { ...this.environment, ...options.environment } });
    this.#started.push(running);
    return running;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return runCommand(args, { environment: this.environment });
  }

  /** The objects that a command prints with `--json`, one a line. @throws when it does not end with 0 */
  async json(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const { code, stdout, stderr } = await this.run(...args, "--json");
    if (code !== 0) throw new Error(`garrison ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    for (const { child } of this.#started) child.kill("SIGKILL");
    await Promise.all(this.#nodes.map((node) => node.end("SIGKILL")));
  }
}
