import { type KeyTable, no, yes } from "./key-support.ts";

const operatorKeys = {
  id: yes("names the request for flows, and its response for later requests"),
  matchers: yes("see matchers"),
  "matchers-condition": yes("or when absent"),
  extractors: yes("see extractors"),
};

const payloadKeys = {
  payloads: yes("lists of values, or files of them; a request for each"),
  attack: yes("batteringram, pitchfork, clusterbomb; batteringram when absent"),
};

const threads = yes("requests with payloads at once, at most 100; 25 when absent or 0");

const smb = no("remote shares are not read");

/** The keys of every protocol but http, by the place where they stand. */
export const protocolKeyTables = {
  dns: {
    ...operatorKeys,
    ...payloadKeys,
    threads,
    name: yes("the name that is asked about; it has to be in scope"),
    type: yes("A, NS, DS, CNAME, SOA, PTR, MX, TXT, AAAA, CAA, TLSA, ANY, SRV; A when absent"),
    class: yes("inet, csnet, chaos, hesiod, none, any; inet when absent"),
    retries: yes("questions at most until there is an answer; 3 when absent or 0"),
    recursion: yes("whether the server is to ask others; true when absent"),
    resolvers: yes("the servers that are asked; their addresses have to be in scope"),
    trace: yes("asks from the root servers, or the configured ones, downwards; servers have to be in scope"),
    "trace-max-recursion": yes("one more than the steps of a trace at most"),
  },
  network: {
    ...operatorKeys,
    ...payloadKeys,
    threads,
    host: yes("where to connect, as host:port; tls:// before it speaks TLS"),
    inputs: yes("what is sent, in order"),
    port: yes("ports, numbers or names of services: for targets without a port, or with one of exclude-ports in a URL"),
    "exclude-ports": yes("ports of a URL that give way to port; 80, 443, 8080, 8443, 8081 and 53 when absent"),
    "read-size": yes("bytes to read at the end, at most; 1024 when absent"),
    "read-all": yes("reads until the server stops, within the limits"),
    "stop-at-first-match": yes("later hosts, ports and payloads are left out once one matched"),
  },
  networkInput: {
    data: yes("what is sent"),
    type: yes("hex or text; text when absent"),
    read: yes("bytes to read after it, at most"),
    name: yes("the part and value that has what was read"),
  },
  ssl: {
    ...operatorKeys,
    address: yes("where to connect, as host:port"),
    min_version: yes(
      "sslv3, tls10, tls11, tls12, tls13; of sslv3 only the hello is spoken, and only where it is max_version too",
    ),
    max_version: yes("as min_version"),
    cipher_suites: yes("the suites that are offered, by their names in the standard or in OpenSSL"),
    scan_mode: yes("auto, ctls, ztls, openssl: shown in the response; there is one TLS library"),
    tls_version_enum: yes("tries each version, tls10 to tls13"),
    tls_cipher_enum: yes("tries each cipher suite with each version"),
    tls_cipher_types: yes("insecure, weak, secure, all: the suites to try; insecure when absent"),
  },
  websocket: {
    ...operatorKeys,
    ...payloadKeys,
    address: yes("a ws or wss URL; without a path it takes the target's"),
    headers: yes("sent with the handshake"),
    inputs: yes("what is sent, in order; each waits for a message"),
  },
  websocketInput: {
    data: yes("what is sent, as a text message"),
    name: yes("the part and value that has the message that came back"),
  },
  file: {
    ...operatorKeys,
    extensions: yes("of the files to read; all for every one that is not denied"),
    denylist: yes("extensions, names and folders that are left out, beside those that always are"),
    "max-size": yes("bytes of a file that are read, such as 5Mb; the engine's limit when absent"),
    archive: yes("reads gzip and tar and zip archives too"),
    "mime-type": yes("extensions and denylist may name types that are told by a file's first bytes"),
    "no-recursive": yes("leaves folders alone, the target's too"),
    "smb-user": smb,
    "smb-password": smb,
    "smb-domain": smb,
    "smb-hash": smb,
    "smb-port": smb,
  },
} as const satisfies Record<string, KeyTable>;
