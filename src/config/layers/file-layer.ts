import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { asError } from "../../base/errors.ts";
import type { ConfigProblem } from "../errors.ts";
import type { Given, Layer } from "./given.ts";
import { isConfigPath, isSection, type ConfigPath } from "../schema.ts";
import { refuseKey } from "./unknown-key.ts";

const maxBytes = 256 * 1024;
const maxErrors = 20;

interface Reading {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly given: Map<ConfigPath, Given>;
  readonly problems: ConfigProblem[];
}

/** What a YAML file gives. Problems name its lines; a file that cannot be read is a problem too. */
export const readFileLayer = (file: string): Layer => {
  const problems: ConfigProblem[] = [];
  const given = new Map<ConfigPath, Given>();
  const text = readText(file);
  if (typeof text !== "string") {
    problems.push({ path: "", source: file, message: text.problem });
    return { given, problems };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const { pos, message } of document.errors.slice(0, maxErrors)) {
    problems.push({ path: "", source: `${file}:${lines.linePos(pos[0]).line}`, message: `YAML: ${message}` });
  }
  const { contents } = document;
  if (document.errors.length > 0 || contents === null || isEmpty(contents)) return { given, problems };
  const reading: Reading = { file, document, lines, given, problems };
  if (isMap(contents)) takeSections(reading, contents);
  else problems.push({ path: "", source: `${file}:1`, message: "use a mapping of sections such as node: and scan:" });
  return { given, problems };
};

const readText = (file: string): string | { readonly problem: string } => {
  try {
    const bytes = readAtMost(file, maxBytes + 1);
    if (bytes.length > maxBytes) return { problem: `the file is longer: at most ${maxBytes} bytes are read` };
    return bytes.toString("utf8");
  } catch (error) {
    return { problem: `cannot be read: ${asError(error).message}` };
  }
};

/** The size that a file tells is not asked for: that of a pipe or a device is 0. */
const readAtMost = (file: string, most: number): Buffer => {
  const bytes = Buffer.alloc(most);
  const descriptor = openSync(file, "r");
  try {
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, length, most - length, null);
      length += read;
      if (read === 0 || length === most) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
};

const takeSections = (reading: Reading, root: YAMLMap): void => {
  for (const { key, value } of root.items) {
    const section = nameOf(key);
    if (isSection(section)) takeSection(reading, section, key, value);
    else refuse(reading, section, key);
  }
};

const takeSection = (reading: Reading, section: string, key: unknown, value: unknown): void => {
  if (isMap(value)) takeKeys(reading, section, value);
  else if (!isEmpty(value)) report(reading, section, key, "use a mapping of keys");
};

const takeKeys = (reading: Reading, section: string, keys: YAMLMap): void => {
  for (const { key, value } of keys.items) {
    const path = `${section}.${nameOf(key)}`;
    if (isSection(path)) takeSection(reading, path, key, value);
    else if (!isConfigPath(path)) refuse(reading, path, key);
    else if (!isEmpty(value)) takeValue(reading, path, key, value);
  }
};

const takeValue = (reading: Reading, path: ConfigPath, key: unknown, node: unknown): void => {
  const { file, document, given } = reading;
  const sourceOf = (index?: number): string => sourceAt(reading, itemOf(node, index) ?? key);
  try {
    const value: unknown = isNode(node) ? node.toJS(document, { maxAliasCount: 10 }) : node;
    given.set(path, { value, directory: dirname(resolve(file)), sourceOf });
  } catch (error) {
    report(reading, path, key, `YAML: ${asError(error).message}`);
  }
};

/** A key without a value leaves the default. */
const isEmpty = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : "?");

const itemOf = (value: unknown, index: number | undefined): unknown =>
  index !== undefined && typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items)
    ? value.items[index]
    : undefined;

const sourceAt = ({ file, lines }: Reading, node: unknown): string => {
  const at = isNode(node) ? node.range?.[0] : undefined;
  return at === undefined ? file : `${file}:${lines.linePos(at).line}`;
};

const report = (reading: Reading, path: string, node: unknown, message: string): void => {
  reading.problems.push({ path, source: sourceAt(reading, node), message });
};

const refuse = (reading: Reading, path: string, key: unknown): void => report(reading, path, key, refuseKey(path));
