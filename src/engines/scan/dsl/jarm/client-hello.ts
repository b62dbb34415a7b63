import type { Random } from "../../../../base/random.ts";
import { ordered } from "./probes.ts";
import type { Probe } from "./probes.ts";

const tls13Ciphers = new Set(["1301", "1302", "1303", "1304", "1305"]);

const ciphers = (
  "0016 0033 0067 c09e c0a2 009e 0039 006b c09f c0a3 009f 0045 00be 0088 00c4 009a c008 c009 c023 c0ac c0ae c02b " +
  "c00a c024 c0ad c0af c02c c072 c073 cca9 1302 1301 cc14 c007 c012 c013 c027 c02f c014 c028 c030 c060 c061 c076 " +
  "c077 cca8 1305 1304 1303 cc13 c011 000a 002f 003c c09c c0a0 009c 0035 003d c09d c0a1 009d 0041 00ba 0084 00c0 " +
  "0007 0004 0005"
).split(" ");

const allProtocols = ["http/0.9", "http/1.0", "http/1.1", "spdy/1", "spdy/2", "spdy/3", "h2", "h2c", "hq"];
const rareProtocols = ["http/0.9", "http/1.0", "spdy/1", "spdy/2", "spdy/3", "h2c", "hq"];

const recordVersions = { "1.1": "0302", "1.2": "0303", "1.3": "0301" } as const;
const helloVersions = { "1.1": "0302", "1.2": "0303", "1.3": "0303" } as const;

const hex = (digits: string): Buffer => Buffer.from(digits, "hex");

const uint16 = (value: number): Buffer => {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
};

/** Bytes behind their length in two bytes. */
const sized = (...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint16(body.length), body]);
};

const extension = (type: string, ...parts: readonly Buffer[]): Buffer => Buffer.concat([hex(type), sized(...parts)]);

const randomBytes = (count: number, random: Random): Buffer =>
  Buffer.from(Array.from({ length: count }, () => random.below(256)));

const grease = (random: Random): Buffer => Buffer.alloc(2, 0x0a + (random.below(16) << 4));

const cipherList = ({ withTls13Ciphers, cipherOrder, isGreased }: Probe, random: Random): Buffer => {
  const offered = withTls13Ciphers ? ciphers : ciphers.filter((cipher) => !tls13Ciphers.has(cipher));
  const list = hex(ordered(offered, cipherOrder).join(""));
  // The probes without GREASE get it here, as in the tool whose fingerprints are compared.
  return isGreased ? list : Buffer.concat([grease(random), list]);
};

const protocolList = ({ alpn, extensionOrder }: Probe): Buffer => {
  const names = ordered(alpn === "rare" ? rareProtocols : allProtocols, extensionOrder);
  return sized(...names.map((name) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name)])));
};

const keyShare = ({ isGreased }: Probe, random: Random): Buffer =>
  isGreased ? sized(hex("0033"), grease(random), hex("000100")) : sized(hex("001d0020"), randomBytes(32, random));

const versionList = ({ cipherOrder, isGreased }: Probe, random: Random): Buffer => {
  const versions = hex(ordered(["0301", "0302", "0303", "0304"], cipherOrder).join(""));
  const body = isGreased ? Buffer.concat([grease(random), versions]) : versions;
  return Buffer.concat([Buffer.from([body.length]), body]);
};

const extensions = (probe: Probe, host: string, random: Random): Buffer => {
  const name = Buffer.from(host);
  return sized(
    ...(probe.isGreased ? [grease(random), hex("0000")] : []),
    extension("0000", sized(hex("00"), sized(name))),
    extension("0017"),
    extension("0001", hex("01")),
    extension("ff01", hex("00")),
    extension("000a", hex("0008001d001700180019")),
    extension("000b", hex("0100")),
    extension("0023"),
    extension("0010", protocolList(probe)),
    extension("000d", hex("0012040308040401050308050501080606010201")),
    extension("0033", keyShare(probe, random)),
    extension("002d", hex("0101")),
    ...(probe.version === "1.3" ? [extension("002b", versionList(probe, random))] : []),
  );
};

/** The first message of one handshake. */
export const clientHello = (probe: Probe, host: string, random: Random): Buffer => {
  const body = Buffer.concat([
    hex(helloVersions[probe.version]),
    randomBytes(32, random),
    Buffer.from([32]),
    randomBytes(32, random),
    sized(cipherList(probe, random)),
    hex("0100"),
    extensions(probe, host, random),
  ]);
  const handshake = Buffer.concat([hex("0100"), sized(body)]);
  return Buffer.concat([hex("16"), hex(recordVersions[probe.version]), sized(handshake)]);
};
