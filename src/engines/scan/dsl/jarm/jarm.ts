import { createHash } from "node:crypto";
import type { Random } from "../../../../base/random.ts";
import { bufferOf } from "../../value/value.ts";
import type { DslNetwork } from "../setup.ts";
import { clientHello } from "./client-hello.ts";
import { probes } from "./probes.ts";
import { noHello, parseServerHello } from "./server-hello.ts";
import type { ServerHello } from "./server-hello.ts";

const timeoutMs = 10_000;
const maxBytes = 1484;

const cipherOrder = (
  "0004 0005 0007 000a 0016 002f 0033 0035 0039 003c 003d 0041 0045 0067 006b 0084 0088 009a 009c 009d 009e 009f 00ba " +
  "00be 00c0 00c4 c007 c008 c009 c00a c011 c012 c013 c014 c023 c024 c027 c028 c02b c02c c02f c030 c060 c061 c072 c073 " +
  "c076 c077 c09c c09d c09e c09f c0a0 c0a1 c0a2 c0a3 c0ac c0ad c0ae c0af cc13 cc14 cca8 cca9 1301 1302 1303 1304 1305"
).split(" ");

const cipherCode = (cipher: string): string => {
  if (cipher === "") return "00";
  const at = cipherOrder.indexOf(cipher);
  return ((at === -1 ? cipherOrder.length : at) + 1).toString(16).padStart(2, "0");
};

const versionCode = (version: string): string =>
  /^...\d/.test(version) ? String.fromCharCode(0x61 + Number(version.charAt(3))) : "0";

/** The fingerprint of ten answers: 62 hexadecimal digits, all zero when there was no answer. */
export const fingerprintOf = (answers: readonly ServerHello[]): string => {
  if (answers.every(({ cipher }) => cipher === "")) return "0".repeat(62);
  const codes = answers.map(({ cipher, version }) => cipherCode(cipher) + versionCode(version)).join("");
  const rest = answers.map(({ protocol, extensions }) => protocol + extensions).join("");
  return codes + createHash("sha256").update(bufferOf(rest)).digest("hex").slice(0, 32);
};

/**
 * The JARM fingerprint of a TLS server, by ten connections one after the other. An answer that does not come counts as
 * none.
 */
export const jarmOf = async (host: string, port: number, network: DslNetwork, random: Random): Promise<string> => {
  const answers: ServerHello[] = [];
  for (const probe of probes) {
    const answer = await network.exchange(host, port, clientHello(probe, host, random), { timeoutMs, maxBytes });
    // Filled up with zeros: the tool whose fingerprints are compared reads its whole buffer.
    answers.push(answer.length === 0 ? noHello : parseServerHello(Buffer.concat([answer], maxBytes)));
  }
  return fingerprintOf(answers);
};
