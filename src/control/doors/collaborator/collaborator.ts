import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { loopback } from "../../access/loopback.ts";
import type { Refusals } from "../../access/refusals.ts";
import { ClientCalls } from "./client-calls.ts";
import { CollaboratorDns } from "./dns-server.ts";
import { CollaboratorHttp } from "./http-server.ts";
import { type CollaboratorLimits, defaultCollaboratorLimits } from "./limits.ts";
import { Recorder } from "./recorder.ts";
import { Sessions } from "./sessions.ts";

export interface CollaboratorSetup {
  /** Where HTTP is served: a loopback address; port 0: the machine picks one. */
  readonly http: string;
  /** A domain whose names lead here, by the DNS port or by other means; absent: urls have the id in their path. */
  readonly domain?: string | undefined;
  /** Where DNS is served, likewise; absent or without a domain: not at all. */
  readonly dns?: string | undefined;
  /** What names below the domain resolve to; the host of `http` when absent. */
  readonly answer?: string | undefined;
  /** What clients have to send in `Authorization`; absent: nothing. */
  readonly token?: string | undefined;
  readonly limits?: Partial<CollaboratorLimits>;
  readonly clock: Clock;
  readonly random: Random;
  readonly refusals: Refusals;
}

/** A server that applications under test are made to contact, and that says who did. */
export interface Collaborator {
  /** host:port with the real port. */
  readonly httpAddress: string;
  readonly dnsAddress: string | undefined;
  /** Sessions of clients that there are. */
  readonly sessions: number;
  /** Lets answers under way end within 1 s and closes its ports. Idempotent; never rejects. */
  close(): Promise<void>;
}

const graceMs = 1_000;

/**
 * Starts a small server of interactsh's protocol for contacts by HTTP and DNS. It keeps everything in memory: sessions
 * end with it, and their clients are told.
 *
 * @throws ControlError `not-loopback`, `listen-failed`
 */
export const startCollaborator = async (setup: CollaboratorSetup): Promise<Collaborator> => {
  const { clock, random, refusals, token } = setup;
  const httpAt = loopback("collaborator.listen", setup.http);
  const domain = setup.domain?.toLowerCase().replace(/\.$/, "");
  const limits = { ...defaultCollaboratorLimits, ...setup.limits };
  const sessions = new Sessions(clock, random, limits);
  const recorder = new Recorder(clock, sessions, refusals, limits);
  const common = { recorder, refusals, limits, clock };
  const calls = new ClientCalls(sessions, refusals, token);
  const http = new CollaboratorHttp({ ...common, address: httpAt, domain, calls });
  const dns =
    setup.dns === undefined || domain === undefined
      ? undefined
      : new CollaboratorDns({
          ...common,
          address: loopback("collaborator.dns", setup.dns),
          zone: { domain, address: setup.answer ?? httpAt.host },
        });
  await http.port.open();
  try {
    await dns?.open();
  } catch (error) {
    await http.port.close(0);
    throw error;
  }
  const close = async (): Promise<void> => {
    await Promise.all([http.port.close(graceMs), dns?.close()]);
  };
  let closing: Promise<void> | undefined;
  return {
    httpAddress: http.port.address,
    dnsAddress: dns?.address,
    get sessions() {
      return sessions.count;
    },
    close: () => (closing ??= close()),
  };
};
