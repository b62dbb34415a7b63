import type { Answer } from "dns-packet";
import { type Asked, type DnsReply, startDnsServer } from "../../../../support/dns-server.ts";
import type { Servers, Site } from "./sites.ts";
import { Together } from "./together.ts";

/** The domain whose names are in scope. */
export const zone = "garrison.test";

const startServer = () => startDnsServer(() => undefined);

const inWords = ({ type, name, recursion, class: asked }: Asked): string =>
  [type, name, ...(asked === "IN" ? [] : [asked]), ...(recursion ? [] : ["without recursion"])].join(" ");

export const addressOf = (name: string, address = "127.0.0.7"): Answer => ({
  type: "A",
  name,
  class: "IN",
  ttl: 60,
  data: address,
});

/**
 * A DNS server that answers as the function says, for the target `www.garrison.test:PORT` with the server's own port;
 * what it was asked is listed as `A www.garrison.test`.
 *
 * @param counted adds how many questions were under way at once
 */
export const dnsSite = (
  reply: (asked: Asked) => DnsReply | undefined,
  { counted = false, target = `www.${zone}` }: { readonly counted?: boolean; readonly target?: string } = {},
): Site => ({
  open: async (servers: Servers) => {
    const server = await servers.get(startServer);
    const log: string[] = [];
    const together = new Together();
    server.talk = async (asked) => {
      log.push(inWords(asked));
      if (counted) await together.hold();
      return reply(asked);
    };
    return {
      target: `${target}:${server.port}`,
      sent: () => (counted ? [`${together.most} at once`] : log),
      engine: {
        scope: ["127.0.0.0/8", zone, `*.${zone}`],
        dnsServers: [`127.0.0.1:${server.port}`],
        // Names of servers are looked up the machine's way.
        resolve: () => Promise.resolve(["127.0.0.1"]),
      },
    };
  },
});

/** The same with an A record for every name. */
export const addressSite = (options: Parameters<typeof dnsSite>[1] = {}): Site =>
  dnsSite(({ name }) => ({ answers: [addressOf(name)] }), options);
