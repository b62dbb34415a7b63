import { request } from "node:http";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { Refusals } from "../../../src/control/access/refusals.ts";
import {
  startCollaborator,
  type Collaborator,
  type CollaboratorSetup,
} from "../../../src/control/doors/collaborator/index.ts";
import {
  createOob,
  type Interaction,
  type OobServer,
  type OobSession,
  type OobSetup,
} from "../../../src/engines/scan/oob/index.ts";
import { sharedSessionKeys } from "../../support/session-keys.ts";

export const oobToken = "collaborator-token";

/** A real collaborator and sessions of real clients with it; everything is ended by `stop`. */
export class Oob {
  readonly refusals: Refusals;
  collaborator: Collaborator;
  readonly #setup: CollaboratorSetup;
  readonly #sessions: OobSession[] = [];

  private constructor(setup: CollaboratorSetup, collaborator: Collaborator) {
    this.#setup = setup;
    this.refusals = setup.refusals;
    this.collaborator = collaborator;
  }

  static async start(given: Partial<CollaboratorSetup> = {}): Promise<Oob> {
    const setup = { ...defaults, refusals: new Refusals(), ...given };
    return new Oob(setup, await startCollaborator(setup));
  }

  get server(): OobServer {
    const { httpAddress } = this.collaborator;
    return { address: `http://${httpAddress}`, token: oobToken, scope: [httpAddress] };
  }

  session(setup: Partial<OobSetup> = {}): OobSession {
    const session = createOob({
      server: this.server,
      clock: systemClock,
      random: systemRandom,
      createKeys: sharedSessionKeys,
      pollMs: 10,
      waitMs: 300,
      ...setup,
    });
    this.#sessions.push(session);
    return session;
  }

  /** A new one at the same port, which knows nothing of the sessions of the old one. */
  async restart(): Promise<void> {
    const { httpAddress } = this.collaborator;
    await this.collaborator.close();
    this.collaborator = await startCollaborator({ ...this.#setup, http: httpAddress });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    await this.collaborator.close();
  }
}

const defaults = { http: "127.0.0.1:0", token: oobToken, clock: systemClock, random: systemRandom };

/** A watcher that keeps what it is told. */
export class Seen {
  readonly interactions: Interaction[] = [];
  readonly unknown: string[] = [];

  onInteraction(interaction: Interaction): void {
    this.interactions.push(interaction);
  }

  onUnknown(reason: string): void {
    this.unknown.push(reason);
  }
}

export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a vulnerable application does with a url, as far as HTTP goes. */
export const fetchFrom = (url: string, { method = "GET", headers = {}, body }: FetchOptions = {}): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
