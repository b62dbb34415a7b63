import type { ScanEngineSetup } from "../../../../../src/engines/scan/index.ts";

/** What a site of a case is for one run. */
export interface OpenSite {
  readonly target: string;
  /** What it was sent since it was opened for this run, each as the site puts it. */
  readonly sent: () => readonly string[];
  /** What the engine has to know of it. */
  readonly engine?: Partial<ScanEngineSetup>;
}

/** A server as a case describes it; it is opened anew for each run, on a server that many cases share. */
export interface Site {
  open(servers: Servers): Promise<OpenSite>;
}

interface Closable {
  close(): Promise<void>;
}

/** Real servers on loopback, each started when it is first needed and shared by all cases. */
export class Servers {
  readonly #started = new Map<() => Promise<Closable>, Promise<Closable>>();

  /** The server that `start` starts. */
  get<Server extends Closable>(start: () => Promise<Server>): Promise<Server> {
    const started = this.#started.get(start) ?? start();
    this.#started.set(start, started);
    // What is kept under a function is what that function gave.
    return started as Promise<Server>;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#started.values()].map(async (server) => (await server).close()));
  }
}
