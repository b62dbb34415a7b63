import type { Answer } from "dns-packet";
import { siteAt } from "../../../support/scan-sites/derived-sites.ts";
import { addressOf, dnsSite } from "../../../unit/engines/scan/key-cases/dns-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import type { EngineCase } from "../engine-case.ts";

const name = "www.garrison.test";
const nxdomain = 3;

const answers = (...records: readonly Answer[]): Site => dnsSite(() => ({ answers: records }));
const nothing = dnsSite(() => ({ rcode: nxdomain }));
const text = (data: string): Answer => ({ type: "TXT", name, ttl: 60, data });
const server = (data: string): Answer => ({ type: "NS", name, ttl: 60, data });
const issuer: Answer = { type: "CAA", name, ttl: 60, data: { flags: 0, tag: "issue", value: "ca.garrison.test" } };
const pointer: Answer = { type: "PTR", name: "5.0.0.127.in-addr.arpa", ttl: 60, data: "host.garrison.test" };
const at = (site: Site): Site => siteAt(() => "127.0.0.5", site);

const of = (type: string, asked: string): Pick<EngineCase, "file" | "asked"> => ({
  file: `protocols/dns/${type}.yaml`,
  asked: [asked],
});

export const dnsCases: readonly EngineCase[] = [
  { ...of("a", `A ${name}`), name: "the address", site: answers(addressOf(name, "1.1.1.1")), results: 1 },
  { ...of("a", `A ${name}`), name: "another address", site: answers(addressOf(name, "1.1.2.1")), results: 0 },
  {
    ...of("aaaa", `AAAA ${name}`),
    name: "the address",
    site: answers({ type: "AAAA", name, ttl: 60, data: "2606:4700:4700::1001" }),
    results: 1,
  },
  {
    ...of("aaaa", `AAAA ${name}`),
    name: "another address",
    site: answers({ type: "AAAA", name, ttl: 60, data: "2606:4700:4700::1" }),
    results: 0,
  },
  {
    ...of("caa", `CAA ${name}`),
    name: "who may issue",
    site: answers(issuer),
    results: 1,
    found: ['0 issue "ca.garrison.test"'],
  },
  // In the question a space stands before the type.
  { ...of("caa", `CAA ${name}`), name: "nobody is named", site: nothing, results: 0 },
  { ...of("ns", `NS ${name}`), name: "a server", site: answers(server("ns1.garrison.test")), results: 1 },
  // The word is in the question, which is a part of the whole message.
  { ...of("ns", `NS ${name}`), name: "no server", site: nothing, results: 1 },
  {
    ...of("ptr", "PTR 5.0.0.127.in-addr.arpa"),
    name: "the name of an address",
    site: at(answers(pointer)),
    results: 1,
    found: ["host.garrison.test."],
  },
  { ...of("ptr", "PTR 5.0.0.127.in-addr.arpa"), name: "it has no name", site: at(nothing), results: 0 },
  { ...of("txt", `TXT ${name}`), name: "a text", site: answers(text("v=spf1")), results: 1 },
  // As with NS.
  { ...of("txt", `TXT ${name}`), name: "no text", site: nothing, results: 1 },
];
