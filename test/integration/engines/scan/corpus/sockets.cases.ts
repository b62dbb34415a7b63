import { selfSigned } from "../../../../support/certificate.ts";
import { expiredKeyPair } from "../../../../support/scan-sites/expired-certificate.ts";
import { siteNamed } from "../../../../support/scan-sites/derived-sites.ts";
import { httpAnswer, secureSites } from "../../../../support/scan-sites/secure-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { tcpSite } from "../../../../unit/engines/scan/key-cases/tcp-site.ts";
import { blockText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import { websocketSite } from "../../../../unit/engines/scan/key-cases/websocket-site.ts";
import type { CorpusCase } from "./corpus-case.ts";

const network = (keys: string): string => blockText("network", `host: ["{{Hostname}}"]\n${keys}`);
const greeting = (words: string): Site => tcpSite((received) => (received === "" ? words : undefined));
/** Says something to exactly these bytes, and ends the connection after the last of them. */
const answering = (answers: Readonly<Record<string, string>>): Site =>
  tcpSite((received, socket) => {
    const words = answers[received];
    if (words === undefined || received !== Object.keys(answers).at(-1)) return words;
    socket.end(words, "latin1");
    return undefined;
  });

const ssl = (keys: string): string => blockText("ssl", `address: "{{Host}}:{{Port}}"\n${keys}`);
const any = secureSites();
const old = secureSites({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" });
const expired = secureSites(expiredKeyPair("/CN=127.0.0.1"));
const wildcard = secureSites(selfSigned("/O=Fortress Ltd/CN=*.fortress.test", "DNS:*.fortress.test"));

const ftpLogin = (password: string): Site =>
  tcpSite((received, socket) => {
    if (received === "") return "220 ftp\r\n";
    if (received.endsWith("USER anonymous\r\n")) return "331 password\r\n";
    socket.end(received.endsWith(`PASS ${password}\r\n`) ? "230 logged in\r\n" : "530 no\r\n");
    return undefined;
  });

const mysql = (version: string): string => `\x4a\x00\x00\x00\x0a${version}\x00rest`;

/** Services that speak over TCP and TLS, certificates, and websockets. */
export const socketCases: readonly CorpusCase[] = [
  {
    name: "a greeting with its version",
    template: network(
      "matchers: [{type: word, words: ['SSH-2.0-OpenSSH']}]\nextractors: [{type: regex, group: 1, regex: ['OpenSSH_([0-9.p]+)']}]",
    ),
    positive: greeting("SSH-2.0-OpenSSH_9.6p1 Debian\r\n"),
    found: ["k=9.6p1"],
    nearMiss: greeting("SSH-2.0-dropbear_2022\r\n"),
  },
  {
    name: "a store that answers without a password",
    template: network(
      'inputs: [{data: "info\\r\\nquit\\r\\n"}]\nread-size: 2048\nmatchers-condition: and\nmatchers:\n  - {type: word, words: [redis_version]}\n  - {type: word, negative: true, words: [NOAUTH]}',
    ),
    positive: answering({ "info\r\nquit\r\n": "$20\r\nredis_version:7.2.1\r\n" }),
    nearMiss: answering({ "info\r\nquit\r\n": "-NOAUTH redis_version is not told\r\n" }),
  },
  {
    name: "bytes of a protocol, sent and matched in hex",
    template: network('inputs: [{data: "000100", type: hex}]\nmatchers: [{type: binary, binary: ["0a382e302e"]}]'),
    positive: answering({ "\x00\x01\x00": mysql("8.0.36") }),
    nearMiss: answering({ "\x00\x01\x00": mysql("5.7.44") }),
  },
  {
    name: "what each step was answered",
    template: network(`inputs:
  - {data: "HELO a\\r\\n", read: 1024, name: hello}
  - {data: "VRFY root\\r\\n", read: 1024, name: verify}
matchers-condition: and
matchers:
  - {type: word, part: hello, words: ["250"]}
  - {type: regex, part: verify, regex: ["^25[012] "]}`),
    positive: answering({ "HELO a\r\n": "250 ok\r\n", "HELO a\r\nVRFY root\r\n": "252 root\r\n" }),
    nearMiss: answering({ "HELO a\r\n": "250 ok\r\n", "HELO a\r\nVRFY root\r\n": "502 no\r\n" }),
  },
  {
    name: "one of several passwords",
    template: network(`inputs:
  - {data: "USER anonymous\\r\\n", read: 64}
  - {data: "PASS {{password}}\\r\\n", read: 64, name: answer}
payloads: {password: [guest, ftp]}
stop-at-first-match: true
matchers: [{type: word, part: answer, words: ["230 "]}]`),
    positive: ftpLogin("ftp"),
    nearMiss: ftpLogin("FTP"),
  },
  {
    name: "a service behind tls",
    template: blockText(
      "network",
      'host: ["tls://{{Hostname}}"]\ninputs: [{data: "GET /metrics HTTP/1.0\\r\\n\\r\\n"}]\nread-all: true\nmatchers: [{type: dsl, dsl: ["contains(raw, \'go_goroutines\') && len(data) > 20"]}]',
    ),
    positive: any(() => httpAnswer("go_goroutines 7")),
    nearMiss: any(() => httpAnswer("go_routines 7")),
  },
  {
    name: "a certificate that has run out",
    template: ssl("matchers: [{type: dsl, dsl: [expired == true]}]"),
    positive: expired(),
    nearMiss: any(),
  },
  {
    name: "a certificate for other names",
    template: ssl(
      "matchers: [{type: dsl, dsl: ['mismatched == true']}]\nextractors: [{type: json, name: names, json: ['.subject_an[]']}]",
    ),
    positive: wildcard(),
    found: ["names=*.fortress.test"],
    nearMiss: siteNamed("www.garrison.test", any()),
  },
  {
    name: "who owns a certificate that is for every name below",
    template: ssl(
      "matchers: [{type: dsl, dsl: ['wildcard_certificate && self_signed']}]\nextractors: [{type: dsl, name: owner, dsl: [\"join(',', subject_org)\"]}]",
    ),
    positive: wildcard(),
    found: ["owner=Fortress Ltd"],
    nearMiss: expired(),
  },
  {
    name: "versions that should not be spoken",
    template: blockText(
      "ssl",
      'address: "{{Host}}:{{Port}}"\nmin_version: tls10\nmax_version: tls11\nmatchers: [{type: word, words: [tls10, tls11]}]\nextractors: [{type: json, json: [.tls_version]}]',
    ),
    positive: old(),
    found: ["k=tls11"],
    nearMiss: secureSites({ minVersion: "TLSv1.2" })(),
    nearMissErrors: ["tls"],
  },
  {
    name: "a websocket that takes any origin",
    template: blockText(
      "websocket",
      'address: "{{Scheme}}://{{Hostname}}"\nheaders: {Origin: "http://evil.test"}\ninputs: [{data: "hello {{word}}", name: answer}]\npayloads: {word: [one]}\nmatchers: [{type: word, part: answer, words: ["got hello one"]}]',
    ),
    positive: websocketSite(),
    nearMiss: tcpSite(
      (received) => (received.endsWith("\r\n\r\n") ? httpAnswer("got hello one", "403 Forbidden") : undefined),
      (port) => `http://127.0.0.1:${port}`,
    ),
    nearMissErrors: ["protocol"],
  },
];
