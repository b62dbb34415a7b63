import type { Command, Content, RuleCommand, TextCommand } from "../../model/command.ts";
import type { Path } from "../findings.ts";
import { record, text } from "../shape/common.ts";
import { commandShapes, refusedCommandProperties, refusedCommandShapes } from "../shape/commands.ts";
import { parseShape } from "../shape/parse-shape.ts";
import { textOf, bytesOf } from "./base64.ts";
import type { Reading } from "./context.ts";
import { headersOf, startLineOf } from "./request.ts";

/** Reads one command of an action step. What cannot be executed is told. */
export const commandOf = (raw: unknown, path: Path, reading: Reading): Command | undefined => {
  const { findings } = reading;
  const object = parseShape(record, raw, path, findings);
  const type = object && parseShape(text, object["type"], [...path, "type"], findings);
  if (type === undefined) return undefined;
  if (type === "openc2") {
    findings.add("other-name", [...path, "type"], 'is taken as "openc2-http", which is its name in CACAO v2.0');
  }
  switch (type) {
    case "http-api":
      return httpCommandOf(raw, path, reading);
    case "openc2-http":
    case "openc2":
      return openC2CommandOf(raw, path, reading);
    case "ssh":
    case "bash":
    case "manual":
    case "garrison":
      return textCommandOf(type, raw, path, reading);
    case "sigma":
    case "yara":
      return ruleCommandOf(type, raw, path, reading);
    default:
      refuse(type, raw, path, reading);
      return undefined;
  }
};

const refuse = (type: string, raw: unknown, path: Path, { findings }: Reading): void => {
  const shape = Object.hasOwn(refusedCommandShapes, type) ? refusedCommandShapes[type] : undefined;
  if (shape !== undefined) parseShape(shape, raw, path, findings);
  const about: Readonly<Partial<Record<string, { readonly type: { readonly note: string } }>>> =
    refusedCommandProperties;
  const reason = Object.hasOwn(about, type) ? about[type]?.type.note.replaceAll("`", "") : undefined;
  const kinds = Object.keys(commandShapes).join(", ");
  const words = reason ?? `it is no command type of CACAO v2.0; these are executed: ${kinds}`;
  findings.add("command-type", [...path, "type"], `"${type}" is refused: ${words}`);
};

const httpCommandOf = (raw: unknown, path: Path, reading: Reading): Command | undefined => {
  const written = parseShape(commandShapes["http-api"], raw, path, reading.findings);
  if (written === undefined) return undefined;
  const startLine = startLineOf(written.command, [...path, "command"], reading);
  const headers = headersOf(written.headers, [...path, "headers"], reading);
  const content = contentOf(written, path, reading);
  return startLine && { type: "http-api", description: written.description, ...startLine, headers, content };
};

const openC2CommandOf = (raw: unknown, path: Path, reading: Reading): Command | undefined => {
  const { findings } = reading;
  const written = parseShape(commandShapes["openc2-http"], raw, path, findings);
  if (written === undefined) return undefined;
  const startLine = startLineOf(written.command, [...path, "command"], reading);
  if (startLine !== undefined && startLine.method !== "POST") {
    findings.add("request-line", [...path, "command"], `asks by ${startLine.method}: OpenC2 is sent by POST`);
  }
  const headers = headersOf(written.headers, [...path, "headers"], reading);
  const content = contentOf(written, path, reading);
  if (content === undefined && written.content_b64 === undefined) {
    findings.add("shape", [...path, "content_b64"], "is missing: it has to be the OpenC2 command in base64");
  }
  if (startLine === undefined || content === undefined) return undefined;
  return { type: "openc2-http", description: written.description, ...startLine, headers, content };
};

interface WrittenContent {
  readonly content?: string | undefined;
  readonly content_b64?: string | undefined;
}

const contentOf = ({ content, content_b64 }: WrittenContent, path: Path, reading: Reading): Content | undefined => {
  if (content !== undefined && content_b64 !== undefined) {
    reading.findings.add("command-text", [...path, "content_b64"], "stands beside content: leave one of them out");
  }
  if (content_b64 !== undefined) {
    const bytes = bytesOf(content_b64, [...path, "content_b64"], reading.findings);
    return bytes && { type: "bytes", base64: bytes.toString("base64") };
  }
  return content === undefined
    ? undefined
    : { type: "text", text: reading.texts.template(content, [...path, "content"]) };
};

const textCommandOf = (
  type: TextCommand["type"],
  raw: unknown,
  path: Path,
  reading: Reading,
): TextCommand | undefined => {
  const { findings, texts } = reading;
  const written = parseShape(commandShapes[type], raw, path, findings);
  if (written === undefined) return undefined;
  const { command, command_b64, description } = written;
  if (command === undefined && command_b64 === undefined) {
    findings.add("command-text", [...path, "command"], "is missing: write what is to be done, or command_b64");
    return undefined;
  }
  if (command !== undefined && command_b64 !== undefined) {
    findings.add("command-text", [...path, "command_b64"], "stands beside command: leave one of them out");
    return undefined;
  }
  const at = [...path, command === undefined ? "command_b64" : "command"];
  const plain = command ?? textOf(command_b64 ?? "", at, findings);
  if (plain?.trim() === "") {
    findings.add("command-text", at, "is empty: write what is to be done");
    return undefined;
  }
  return plain === undefined ? undefined : { type, description, command: texts.template(plain, at) };
};

const ruleCommandOf = (
  type: RuleCommand["type"],
  raw: unknown,
  path: Path,
  { findings }: Reading,
): RuleCommand | undefined => {
  const written = parseShape(commandShapes[type], raw, path, findings);
  const rules = written && textOf(written.command_b64, [...path, "command_b64"], findings);
  return rules === undefined ? undefined : { type, description: written?.description, rules };
};
