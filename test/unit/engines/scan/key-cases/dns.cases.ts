import { addressSite, dnsSite, zone } from "./dns-site.ts";
import type { KeyCase } from "./key-case.ts";
import { operatorCases, payloadCases } from "./operator-cases.ts";
import { blockText } from "./template-text.ts";

const site = addressSite();
const asked = 'name: "{{FQDN}}"\ntype: A';

export const dnsCases: readonly KeyCase[] = [
  ...operatorCases({ place: "dns", keys: asked, site, word: "127.0.0.7", part: "raw" }),
  ...payloadCases("dns", `name: "{{word}}.${zone}"\ntype: A`, site, (word) => `A ${word}.${zone}`),
  {
    place: "dns",
    key: "attack",
    shows: "how several lists of payloads are combined",
    template: blockText(
      "dns",
      `name: "{{a}}{{b}}.${zone}"\ntype: A\nattack: pitchfork\npayloads: {a: [x, y], b: ["1", "2"]}`,
    ),
    to: "clusterbomb",
    site,
    unordered: true,
    expected: { sent: [`A x1.${zone}`, `A y2.${zone}`] },
    changed: { sent: [`A x1.${zone}`, `A x2.${zone}`, `A y1.${zone}`, `A y2.${zone}`] },
  },
  {
    place: "dns",
    key: "threads",
    shows: "questions at once",
    template: blockText("dns", `name: "{{a}}.${zone}"\ntype: A\nthreads: 1\npayloads: {a: [x, y]}`),
    site: addressSite({ counted: true }),
    expected: { sent: ["1 at once"] },
    changed: { sent: ["2 at once"] },
  },
  {
    place: "dns",
    key: "name",
    shows: "what is asked about",
    template: blockText("dns", `name: "_dmarc.{{FQDN}}"\ntype: TXT`),
    to: "{{FQDN}}",
    site,
    expected: { sent: [`TXT _dmarc.www.${zone}`] },
    changed: { sent: [`TXT www.${zone}`] },
  },
  {
    place: "dns",
    key: "type",
    shows: "the type of records; A when absent",
    template: blockText("dns", 'name: "{{FQDN}}"\ntype: MX'),
    site,
    expected: { sent: [`MX www.${zone}`] },
    changed: { sent: [`A www.${zone}`] },
  },
  {
    place: "dns",
    key: "class",
    shows: "the class of the question; inet when absent",
    template: blockText("dns", 'name: "{{FQDN}}"\ntype: TXT\nclass: chaos'),
    site,
    expected: { sent: [`TXT www.${zone} CH`] },
    changed: { sent: [`TXT www.${zone}`] },
  },
  {
    place: "dns",
    key: "retries",
    shows: "questions at most until a server can tell",
    template: blockText("dns", 'name: "{{FQDN}}"\ntype: A\nretries: 2'),
    site: dnsSite(() => ({ rcode: 2 })),
    expected: { sent: Array.from({ length: 2 }, () => `A www.${zone}`) },
    changed: { sent: Array.from({ length: 3 }, () => `A www.${zone}`) },
  },
  {
    place: "dns",
    key: "recursion",
    shows: "whether the server is to ask others",
    template: blockText("dns", 'name: "{{FQDN}}"\ntype: A\nrecursion: false'),
    site,
    expected: { sent: [`A www.${zone} without recursion`] },
    changed: { sent: [`A www.${zone}`] },
  },
  {
    place: "dns",
    key: "resolvers",
    shows: "the servers that are asked in place of the configured ones",
    template: blockText("dns", 'name: "{{FQDN}}"\ntype: A\nresolvers: ["127.0.0.1:{{Port}}"]'),
    engine: { dnsServers: ["127.0.0.2:9"] },
    site,
    expected: { sent: [`A www.${zone}`], errors: [] },
    changed: { sent: [], errors: ["unreachable"] },
  },
  ...(["trace", "trace-max-recursion"] as const).map((key): KeyCase => ({
    place: "dns",
    key,
    shows: key === "trace" ? "follows the delegations of the name" : "one more than the steps at most",
    template: blockText(
      "dns",
      `${asked}\ntrace: true\ntrace-max-recursion: 3\nextractors: [{type: regex, part: trace, regex: ['IN\\tA\\t.*']}]`,
    ),
    ...(key === "trace" ? {} : { to: 2 }),
    site: dnsSite(() => ({
      answers: [{ type: "CNAME", name: `www.${zone}`, class: "IN", ttl: 60, data: `web.${zone}` }],
      authorities: [{ type: "NS", name: zone, class: "IN", ttl: 60, data: `ns.${zone}` }],
    })),
    expected: { sent: [`A www.${zone}`, `A www.${zone}`, `A web.${zone}`] },
    changed: { sent: Array.from({ length: key === "trace" ? 1 : 2 }, () => `A www.${zone}`) },
  })),
];
