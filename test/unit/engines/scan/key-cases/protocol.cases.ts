import { addressSite } from "./dns-site.ts";
import { folderSite } from "./folder-site.ts";
import type { KeyCase } from "./key-case.ts";
import type { Site } from "./sites.ts";
import { tcpSite } from "./tcp-site.ts";
import { blockText } from "./template-text.ts";
import { tlsSite } from "./tls-site.ts";
import { websocketSite } from "./websocket-site.ts";

const greeting = tcpSite(() => "hello");
const hosts = 'host: ["{{Hostname}}"]\nmatchers: [{type: word, words: [hello]}]';

const block = (key: KeyCase["key"], shows: string, keys: string, site: Site): KeyCase => ({
  place: "template",
  key,
  shows,
  template: blockText(key, keys),
  site,
  expected: { status: "supported", findings: ["k"] },
  changed: { status: "invalid", findings: [] },
});

/** Without its protocol a template has nothing to do. */
export const protocolCases: readonly KeyCase[] = [
  block("dns", "asks DNS servers", 'name: "{{FQDN}}"\nmatchers: [{type: word, words: [NOERROR]}]', addressSite()),
  block("network", "speaks over TCP", hosts, greeting),
  block("tcp", "another name of network", hosts, greeting),
  block(
    "ssl",
    "makes TLS handshakes",
    'address: "{{Hostname}}"\nmatchers: [{type: word, words: [tls13]}]',
    tlsSite(""),
  ),
  block(
    "websocket",
    "speaks over websockets",
    'address: "{{BaseURL}}"\ninputs: [{data: hi}]\nmatchers: [{type: word, words: [got hi]}]',
    websocketSite(),
  ),
  block(
    "file",
    "reads files of a folder, where that is permitted",
    "extensions: [conf]\nmatchers: [{type: word, words: [secret]}]",
    folderSite,
  ),
];
