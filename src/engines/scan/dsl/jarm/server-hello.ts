/** What a server chose in one handshake. All empty when it chose nothing. */
export interface ServerHello {
  /** Hexadecimal digits of two bytes. */
  readonly cipher: string;
  readonly version: string;
  readonly protocol: string;
  /** Types of its extensions, hexadecimal, joined by dashes. */
  readonly extensions: string;
}

/** A handshake that came to nothing. */
export const noHello: ServerHello = { cipher: "", version: "", protocol: "", extensions: "" };

const alpn = "0010";

/** Reads the first bytes of a server's answer. */
export const parseServerHello = (data: Buffer): ServerHello => {
  if (data.length < 44 || data[0] !== 0x16 || data[5] !== 2) return noHello;
  const session = data[43] ?? 0;
  if (data.length < session + 46) return noHello;
  return {
    cipher: data.toString("hex", session + 44, session + 46),
    version: data.toString("hex", 9, 11),
    ...extensionsOf(data, session),
  };
};

const extensionsOf = (data: Buffer, session: number): Pick<ServerHello, "protocol" | "extensions"> => {
  const none = { protocol: "", extensions: "" };
  if (data.length < 85 || data.length < session + 53 || data[session + 47] === 11) return none;
  const isOther =
    data.toString("hex", session + 50, session + 53) === "0eac0b" || data.toString("hex", 82, 85) === "0ff00b";
  if (isOther) return none;
  const types: string[] = [];
  let protocol = "";
  let at = session + 49;
  const end = data.readUInt16BE(session + 47) + at - 1;
  while (at < end && at + 2 <= data.length) {
    const type = data.toString("hex", at, at + 2);
    types.push(type);
    if (at + 4 > data.length) break;
    const size = data.readUInt16BE(at + 2);
    if (at + 4 + size > data.length) break;
    if (type === alpn && size >= 4 && protocol === "") protocol = data.toString("latin1", at + 7, at + 4 + size);
    at += size + 4;
  }
  return { protocol, extensions: types.join("-") };
};
