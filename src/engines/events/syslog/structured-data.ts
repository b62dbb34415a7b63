import type { StructuredData } from "./syslog-message.ts";

const idShape = /[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,64}/y;
const paramShape = / +([\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,64})="((?:[^"\\\]]|\\[^])*)"/y;
const none: StructuredData = new Map();

/**
 * Reads `[id name="value" …][id …]` (RFC 5424, 6.3), or `-` for none of it. In values `"`, `\` and `]` stand behind a backslash; one before
 * anything else is itself.
 *
 * @returns undefined where that does not stand there
 */
export const readStructuredData = (text: string, from: number): { data: StructuredData; end: number } | undefined => {
  if (text[from] === "-") return { data: none, end: from + 1 };
  const data = new Map<string, (readonly [string, string])[]>();
  let at = from;
  while (text[at] === "[") {
    idShape.lastIndex = at + 1;
    const id = idShape.exec(text)?.[0];
    if (id === undefined) return undefined;
    const params = data.get(id) ?? [];
    data.set(id, params);
    at += 1 + id.length;
    for (;;) {
      paramShape.lastIndex = at;
      const [param, name = "", value = ""] = paramShape.exec(text) ?? [];
      if (param === undefined) break;
      params.push([name, value.replace(/\\(["\\\]])/g, "$1")]);
      at += param.length;
    }
    if (text[at] !== "]") return undefined;
    at += 1;
  }
  return data.size === 0 ? undefined : { data, end: at };
};
