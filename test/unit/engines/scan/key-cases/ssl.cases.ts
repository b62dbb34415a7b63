import type { KeyCase } from "./key-case.ts";
import { operatorCases } from "./operator-cases.ts";
import { blockText } from "./template-text.ts";
import { tlsSite } from "./tls-site.ts";

const site = tlsSite("");
const older = tlsSite("", "tls12");
const address = 'address: "{{Host}}:{{Port}}"';
const extracted = (json: string): string => `extractors: [{type: json, json: ['${json}']}]`;

const ssl = (key: string, shows: string, keys: string): Pick<KeyCase, "place" | "key" | "shows" | "template"> => ({
  place: "ssl",
  key,
  shows,
  template: blockText("ssl", `${address}\n${keys}`),
});

export const sslCases: readonly KeyCase[] = [
  ...operatorCases({ place: "ssl", keys: address, site, word: "Garrison", part: "response" }),
  {
    ...ssl("address", "where to connect", extracted(".host")),
    to: "localhost:{{Port}}",
    site,
    engine: { scope: ["127.0.0.0/8", "localhost"] },
    expected: { findings: ["k=127.0.0.1"] },
    changed: { findings: ["k=localhost"] },
  },
  {
    ...ssl("min_version", "the oldest version that is offered", `min_version: tls13\n${extracted(".tls_version")}`),
    site: older,
    expected: { findings: [], errors: ["tls"] },
    changed: { findings: ["k=tls12"], errors: [] },
  },
  {
    ...ssl("max_version", "the newest version that is offered", `max_version: tls12\n${extracted(".tls_version")}`),
    site,
    expected: { findings: ["k=tls12"] },
    changed: { findings: ["k=tls13"] },
  },
  {
    ...ssl(
      "cipher_suites",
      "the suites that are offered",
      `cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n${extracted(".cipher")}`,
    ),
    site: older,
    expected: { findings: ["k=TLS_RSA_WITH_AES_128_CBC_SHA"] },
    changed: { findings: ["k=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] },
  },
  {
    ...ssl("scan_mode", "stands in the response", `scan_mode: openssl\n${extracted(".tls_connection")}`),
    site,
    expected: { findings: ["k=openssl"] },
    changed: { findings: ["k=ctls"] },
  },
  {
    ...ssl(
      "tls_version_enum",
      "the versions that the server speaks",
      `tls_version_enum: true\n${extracted(".version_enum[]?")}`,
    ),
    site,
    expected: { findings: ["k=tls13,tls12"] },
    changed: { findings: [] },
  },
  {
    ...ssl(
      "tls_cipher_enum",
      "the suites that the server takes with each version",
      `tls_cipher_enum: true\ntls_cipher_types: [weak]\n${extracted(".cipher_enum[]?.ciphers.weak[]?")}`,
    ),
    site: older,
    expected: { findings: ["k=TLS_RSA_WITH_AES_128_CBC_SHA"] },
    changed: { findings: [] },
  },
  {
    ...ssl(
      "tls_cipher_types",
      "how good those are that are listed; insecure when absent",
      `tls_cipher_enum: true\ntls_cipher_types: [all]\n${extracted(".cipher_enum[].ciphers[][]")}`,
    ),
    site: older,
    show: ({ "extracted-results": names = [] }) => names.toSorted().join(" "),
    expected: { findings: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_RSA_WITH_AES_128_CBC_SHA"] },
    changed: { findings: [] },
  },
];
