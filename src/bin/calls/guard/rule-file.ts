import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { asError } from "../../../base/errors.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";
import { yamlDocuments } from "../../../engines/yaml/documents.ts";
import { UsageError } from "../../process/usage-error.ts";

const mostBytes = 1_048_576;
const bounds = { chars: mostBytes, depth: 8, references: 100, values: 100_000, documents: 1_000 };

const textOf = async (file: string, stdin: Readable): Promise<string> => {
  const stream = file === "-" ? stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new UsageError(`${file}: cannot be read: ${asError(cause).message}`, cause);
  } finally {
    stream.destroy();
  }
};

const ruleOf = (value: unknown, place: string): InterceptRule => {
  try {
    return parseInterceptRule(value);
  } catch (cause) {
    throw new UsageError(`${place}: ${asError(cause).message}`, cause);
  }
};

/**
 * The rules of a file in YAML or JSON, `-` for standard input: one rule or a list of rules in each document.
 *
 * @throws UsageError with the place of what is no rule, when there is none, and when two have one number
 */
export const rulesOfFile = async (file: string, stdin: Readable = process.stdin): Promise<readonly InterceptRule[]> => {
  const rules = new Map<number, InterceptRule>();
  for (const document of yamlDocuments(await textOf(file, stdin), bounds)) {
    const place = `${file}:${document.line}`;
    if ("problem" in document) throw new UsageError(`${place}: ${document.problem}`);
    const { value } = document;
    const found = Array.isArray(value)
      ? value.map((entry, index) => ruleOf(entry, `${place}: entry ${index + 1}`))
      : [ruleOf(value, place)];
    for (const rule of found) {
      if (rules.has(rule.number)) throw new UsageError(`${place}: two rules have the number ${rule.number}`);
      rules.set(rule.number, rule);
    }
  }
  if (rules.size === 0) throw new UsageError(`${file}: there is no rule in it`);
  return [...rules.values()];
};
