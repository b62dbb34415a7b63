import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { parseInteractshServer, type Config } from "../../config/index.ts";
// Not through the index: a scan without nodes needs no control plane, and its collaborator only when a template asks for a url.
import type { Refusals } from "../../control/access/refusals.ts";
import { readSecretFile } from "../../control/access/secret-file.ts";
import type { Collaborator } from "../../control/doors/collaborator/index.ts";
import { ControlError } from "../../control/errors.ts";
import { createOob, type OobServer, type OobSession } from "../../engines/scan/oob/index.ts";

/** What of the configuration is about out-of-band interactions. */
export type OobConfig = Pick<Config, "interactsh" | "collaborator">;

export interface OobOptions {
  readonly config: OobConfig;
  /** What may be contacted anyway. */
  readonly scope: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Counts callers that the built-in server turns away. */
  readonly refusals: Refusals;
}

/** What a process has for out-of-band interactions. */
export interface NodeOob {
  readonly session: OobSession;
  /** Ends the session, then the built-in server if it was started. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** The built-in server answers at once; others are asked as often as nuclei does. */
const builtinPollMs = 250;

/**
 * Out-of-band interactions as the configuration wants them; undefined: not at all. Nothing is started or contacted before
 * a template needs a url.
 */
export const startOob = ({ config, scope, clock, random, refusals }: OobOptions): NodeOob | undefined => {
  const { interactsh } = config;
  const server = parseInteractshServer(interactsh.server);
  if (typeof server === "string" || server.type === "off") return undefined;
  let collaborator: Promise<Collaborator> | undefined;
  const builtin = async (): Promise<OobServer> => {
    const token = (await tokenOf(interactsh.tokenFile)) ?? random.id();
    const { listen, domain, dns, answer } = config.collaborator;
    collaborator ??= import("../../control/doors/collaborator/index.ts").then(({ startCollaborator }) =>
      startCollaborator({ http: listen, domain, dns, answer, token, clock, random, refusals }),
    );
    const { httpAddress } = await collaborator.catch((error: unknown) => {
      collaborator = undefined;
      throw error;
    });
    return {
      address: `http://${httpAddress}`,
      token,
      domain: domain && withPort(domain, httpAddress),
      scope: [httpAddress],
    };
  };
  const remote = async (address: string): Promise<OobServer> => ({
    address,
    token: await tokenOf(interactsh.tokenFile),
    scope: [...scope, ...interactsh.scope],
  });
  const session = createOob({
    server: () => (server.type === "builtin" ? builtin() : remote(server.address)),
    clock,
    random,
    waitMs: interactsh.waitMs,
    ...pollOf(interactsh.pollMs, server.type),
  });
  return {
    session,
    close: async () => {
      await session.close();
      await (await collaborator?.catch(() => undefined))?.close();
    },
  };
};

const pollOf = (pollMs: number | undefined, type: "builtin" | "address"): { readonly pollMs?: number } => {
  if (pollMs !== undefined) return { pollMs };
  return type === "builtin" ? { pollMs: builtinPollMs } : {};
};

/** @throws ControlError `token-missing`, `token-unsafe` */
const tokenOf = async (file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const token = await readSecretFile(file, "interactsh token");
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ControlError("token-missing", `there is no interactsh token at ${file} (interactsh.tokenFile)`, {
    ids: { file },
  });
};

/** Urls name the port, unless it is the one that HTTP has anyway. */
const withPort = (domain: string, address: string): string => {
  const port = address.slice(address.lastIndexOf(":") + 1);
  return port === "80" ? domain : `${domain}:${port}`;
};
