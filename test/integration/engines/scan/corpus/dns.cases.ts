import type { Answer } from "dns-packet";
import { siteAt } from "../../../../support/scan-sites/derived-sites.ts";
import { addressOf, dnsSite } from "../../../../unit/engines/scan/key-cases/dns-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { blockText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const name = "www.garrison.test";
const [servfail, nxdomain] = [2, 3];
const missing = dnsSite(() => ({ rcode: nxdomain }));

const dns = (type: string, keys: string, asked = "{{FQDN}}"): string =>
  blockText("dns", `name: "${asked}"\ntype: ${type}\n${keys}`);
const records = (...answers: readonly Answer[]): Site => dnsSite(() => ({ answers }));
const text = (data: string, of = name): Answer => ({ type: "TXT", name: of, ttl: 60, data });
const mail = (exchange: string): Answer => ({ type: "MX", name, ttl: 60, data: { preference: 10, exchange } });
const alias = (data: string): Answer => ({ type: "CNAME", name, ttl: 60, data });
/** Answers to these names alone. */
const known = (...names: readonly string[]): Site =>
  dnsSite(({ name: asked }) => (names.includes(asked) ? { answers: [addressOf(asked)] } : { rcode: nxdomain }));

/** What the names of a target say. */
export const dnsCases: readonly CorpusCase[] = [
  {
    name: "who may send mail, and who may not",
    template: dns(
      "TXT",
      "matchers: [{type: word, words: ['v=spf1']}]\nextractors: [{type: regex, regex: ['v=spf1(.+)']}]",
    ),
    positive: records(text("v=spf1 -all")),
    found: ['k=v=spf1 -all"'],
    nearMiss: records(text("v=spf2 -all")),
  },
  {
    name: "no policy for mail",
    template: dns("TXT", "matchers: [{type: word, words: ['v=DMARC1'], negative: true}]", "_dmarc.{{FQDN}}"),
    positive: missing,
    nearMiss: dnsSite(() => ({ answers: [text("v=DMARC1; p=reject", `_dmarc.${name}`)] })),
  },
  {
    name: "a name of a service where nobody is",
    template: dns(
      "CNAME",
      "matchers-condition: and\nmatchers:\n  - {type: word, words: [.pages-host.test]}\n  - {type: word, words: [NOERROR]}\nextractors: [{type: dsl, name: alias, dsl: [cname]}]",
    ),
    positive: records(alias("gone.pages-host.test")),
    found: ["alias=gone.pages-host.test."],
    nearMiss: records(alias("gone.pages-hosts.test")),
  },
  {
    name: "each provider of mail under its name",
    template: dns(
      "MX",
      "matchers:\n  - {type: word, name: google, words: [aspmx.l.google.com]}\n  - {type: regex, name: own, regex: ['mx\\d\\.garrison\\.test']}",
    ),
    positive: records(mail("mx1.garrison.test"), mail("aspmx.l.google.com")),
    found: ["google", "own"],
    nearMiss: records(mail("mx.garrison.test")),
  },
  {
    name: "a zone whose servers do not answer for it",
    template: dns("NS", "retries: 1\nmatchers-condition: and\nmatchers:\n  - {type: word, words: [SERVFAIL, REFUSED]}"),
    positive: dnsSite(() => ({ rcode: servfail })),
    nearMiss: missing,
  },
  {
    name: "nobody is named who may issue certificates",
    template: dns("CAA", 'matchers: [{type: regex, part: answer, regex: ["IN\\\\tCAA\\\\t.+"], negative: true}]'),
    positive: records(text("none")),
    nearMiss: records({ type: "CAA", name, ttl: 60, data: { flags: 0, tag: "issue", value: "ca.test" } }),
  },
  {
    name: "names below that are there",
    template: dns(
      "A",
      'payloads: {sub: [dev, stage]}\nmatchers: [{type: word, part: answer, words: ["IN\\\\tA"]}]'.replaceAll(
        "\\\\t",
        "\\t",
      ),
      "{{sub}}.{{FQDN}}",
    ),
    positive: known(`stage.${name}`),
    nearMiss: known(`test.${name}`),
  },
  {
    name: "any name is there",
    template: dns("A", "matchers: [{type: dsl, dsl: ['rcode == 0 && len(a) > 0']}]", "{{rand_text_alpha(8)}}.{{FQDN}}"),
    positive: dnsSite(({ name: asked }) => ({ answers: [addressOf(asked)] })),
    nearMiss: known(name),
  },
  {
    name: "the version of the server",
    template: dns(
      "TXT",
      "class: chaos\nextractors: [{type: regex, group: 1, regex: ['TXT\\t\"(BIND [0-9.]+)']}]".replace("\\t", "\\s"),
      "version.bind",
    ),
    positive: dnsSite(({ class: asked }) =>
      asked === "CH" ? { answers: [{ ...text("BIND 9.18.1", "version.bind"), class: "CH" }] } : {},
    ),
    found: ["k=BIND 9.18.1"],
    nearMiss: dnsSite(() => ({ answers: [{ ...text("bind 9.18.1", "version.bind"), class: "CH" }] })),
  },
  {
    name: "the name of an address",
    template: dns("PTR", "matchers: [{type: word, words: [.compute.test.]}]"),
    positive: siteAt(
      () => "127.0.0.9",
      records({ type: "PTR", name: "9.0.0.127.in-addr.arpa", ttl: 60, data: "vm.compute.test" }),
    ),
    nearMiss: siteAt(
      () => "127.0.0.9",
      records({ type: "PTR", name: "9.0.0.127.in-addr.arpa", ttl: 60, data: "vm.compute.tests" }),
    ),
  },
];
