import { createSocket } from "node:dgram";
import { request } from "node:http";
import { encode } from "dns-packet";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { Refusals } from "../../../src/control/access/refusals.ts";
import { startCollaborator } from "../../../src/control/doors/collaborator/index.ts";
import type { OobServer } from "../../../src/engines/scan/oob/index.ts";

/** What urls of out-of-band interactions end in. */
export const oobDomain = "oob.garrison.test";

const token = "collaborator-token";
const waitMs = 2_000;

/** A collaborator, and what an application does that a template made to contact it. */
export interface Outside {
  /** For the engine. */
  readonly server: OobServer;
  /** Asks for the address of a name below the domain; resolves with the answer. */
  lookUp(name: string): Promise<void>;
  /** Fetches a url below the domain, with or without its scheme; resolves with the answer. */
  fetch(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a collaborator that serves HTTP and DNS on loopback. */
export const startOutside = async (): Promise<Outside> => {
  const collaborator = await startCollaborator({
    http: "127.0.0.1:0",
    dns: "127.0.0.1:0",
    domain: oobDomain,
    token,
    clock: systemClock,
    random: systemRandom,
    refusals: new Refusals(),
  });
  const { httpAddress, dnsAddress } = collaborator;
  return {
    server: { address: `http://${httpAddress}`, token, domain: oobDomain, scope: [httpAddress] },
    lookUp: (name) => ask(name, portOf(dnsAddress ?? "")),
    fetch: (url) => get(new URL(/^http:/.test(url) ? url : `http://${url}`), portOf(httpAddress)),
    close: () => collaborator.close(),
  };
};

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(":") + 1));

const ask = (name: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => socket.close(() => reject(new Error(`no answer about ${name}`))), waitMs);
    socket.on("message", () => {
      clearTimeout(timer);
      socket.close(() => resolve());
    });
    socket.send(encode({ type: "query", id: 7, questions: [{ type: "A", name }] }), port, "127.0.0.1");
  });

const get = (url: URL, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { host: url.host };
    request({ host: "127.0.0.1", port, path: url.pathname, headers, agent: false }, (response) =>
      response.resume().on("end", () => resolve()),
    )
      .on("error", reject)
      .setTimeout(waitMs, () => reject(new Error(`no answer from ${url.href}`)))
      .end();
  });
