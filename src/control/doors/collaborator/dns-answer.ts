import { isIPv4 } from "node:net";
import { AUTHORITATIVE_ANSWER, RECURSION_DESIRED, type Answer, type Packet, type Question } from "dns-packet";

/** What the collaborator's zone is. */
export interface DnsZone {
  /** In lower case, without a dot at its end. */
  readonly domain: string;
  /** What every name below the domain resolves to. */
  readonly address: string;
}

/** Short, since no name is meant to be asked for twice. */
const ttl = 60;
const refused = 5;

/** Whether a name is the zone's own or below it. */
export const isInZone = (name: string, { domain }: DnsZone): boolean => {
  const lower = name.toLowerCase();
  return lower === domain || lower.endsWith(`.${domain}`);
};

/**
 * The answer to a query. Names have the case in which they were asked for. Names outside the zone are refused, so that
 * nobody is answered more than they sent.
 */
export const answerQuery = (query: Packet, zone: DnsZone): Packet => {
  const questions = (query.questions ?? []).slice(0, 1);
  const [question] = questions;
  const asked = (query.flags ?? 0) & RECURSION_DESIRED;
  const head = { type: "response", id: query.id ?? 0, questions } as const;
  if (question === undefined || !isInZone(question.name, zone)) return { ...head, flags: asked | refused };
  const answers = recordsFor(question, zone);
  return {
    ...head,
    flags: asked | AUTHORITATIVE_ANSWER,
    answers,
    authorities: answers.length === 0 ? [soa(zone)] : [],
  };
};

const recordsFor = ({ name, type }: Question, zone: DnsZone): Answer[] => {
  const { domain, address } = zone;
  const own = isIPv4(address) ? "A" : "AAAA";
  // dns-packet names the type 255 ANY, which its types leave out.
  const wanted: string = type;
  switch (wanted) {
    case own:
    case "ANY":
      return [{ type: own, name, ttl, data: address }];
    case "MX":
      return [{ type: "MX", name, ttl, data: { preference: 1, exchange: `mail.${domain}` } }];
    case "NS":
      return ["ns1", "ns2"].map((host) => ({ type: "NS", name, ttl, data: `${host}.${domain}` }));
    case "SOA":
      return [soa(zone)];
    case "TXT":
      return [{ type: "TXT", name, ttl: 0, data: "" }];
    default:
      return [];
  }
};

const soa = ({ domain }: DnsZone): Answer => ({
  type: "SOA",
  name: domain,
  ttl,
  data: {
    mname: `ns1.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 0,
    retry: 0,
    expire: 60,
    minimum: 60,
  },
});
