import type { z } from "zod";
import { printable } from "../../../../base/printable.ts";
import { yamlDocuments } from "../../../yaml/documents.ts";
import { catalogBounds } from "../bounds.ts";
import { bindingShape, type WrittenBinding } from "./binding-shape.ts";

/** One binding of a file, checked by itself: what it names is not looked at. */
export interface ParsedBinding {
  readonly written: WrittenBinding;
  /** Its place in the file, for problems: `line 12`. */
  readonly at: string;
}

export interface PlacedProblem {
  readonly at: string;
  readonly message: string;
}

const yamlBounds = { chars: catalogBounds.rulesBytes, depth: 40, references: 100, values: 50_000, documents: 5_000 };

/**
 * Reads the bindings of a file, one a document. Sigma rules among them are left out: they are used when a binding names the file.
 * Each step is one document, so that the caller can give others a turn. Nothing is thrown, whatever the text.
 */
export function* parseBindings(text: string): Generator<ParsedBinding | PlacedProblem, void, void> {
  for (const document of yamlDocuments(text, yamlBounds)) {
    const at = `line ${document.line}`;
    if ("problem" in document) {
      yield { at, message: document.problem };
      continue;
    }
    if (isSigmaRule(document.value)) continue;
    const parsed = bindingShape.safeParse(document.value);
    if (parsed.success) yield { written: parsed.data, at };
    else yield* problemsOf(parsed.error, at, idOf(document.value));
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Its detection stands at its top. Correlations and filters are Sigma's, too. */
const isSigmaRule = (value: unknown): boolean =>
  isObject(value) &&
  !Object.hasOwn(value, "when") &&
  ["detection", "correlation", "filter"].some((key) => Object.hasOwn(value, key));

const idOf = (value: unknown): string =>
  isObject(value) && typeof value["id"] === "string" ? `binding "${printable(value["id"])}"` : "a binding";

function* problemsOf(error: z.ZodError, at: string, who: string): Generator<PlacedProblem, void, void> {
  for (const { path, message } of error.issues.slice(0, catalogBounds.problems)) {
    const place = printable(path.map(String).join("."), 200);
    yield { at: place === "" ? at : `${at}: ${place}`, message: printable(`${who}: ${message}`, 300) };
  }
}
