import fc from "fast-check";
import { type Document, isMap, isNode, isPair, isScalar, isSeq, type Node, parseDocument, visit } from "yaml";

/** What YAML, patterns, expressions, scripts and numbers stumble over. */
const snippets = [
  "{{",
  "}}",
  "§",
  "- ",
  ": ",
  "[",
  "]",
  "{",
  "}",
  "'",
  '"',
  "\n",
  "\t",
  "&a ",
  "*a",
  "!!binary ",
  "|",
  "? ",
  "<<: ",
  "\0",
  "é",
  "\u{1f600}",
  "---\n",
  "%YAML 9\n",
  "null",
  "true",
  "-1",
  "0",
  "1.5",
  "9".repeat(40),
  "1e999",
  "{{a}}",
  "{{BaseURL}}",
  "{{interactsh-url}}",
  "{{randstr}}",
  "{{rand_int(1,9)}}",
  "{{repeat('a', 999999999)}}",
  "{{md5(body)}}",
  "{{wait_for(9)}}",
  "{{a + b}}",
  "{{'unclosed}}",
  "((((",
  "))))",
  "(?i)",
  "(a+)+$",
  "[^",
  "\\",
  "$(",
  "&& ",
  "|| ",
  "!",
  "==",
  " and ",
  ".*.*.*.*x",
  "{0,1000}",
  "while(true){}",
  "http();",
  "http(2) && ",
  "for(;;) http();",
  "throw 1;",
  "set('a', template);",
  "matchers-condition: and\n",
  "threads: 99\n",
  "race: true\n",
  "race_count: 99999\n",
  "unsafe: true\n",
  "pipeline: true\n",
  "iterate-all: true\n",
  "attack: clusterbomb\n",
  "negative: true\n",
  "internal: true\n",
  "stop-at-first-match: true\n",
  "type: dsl",
  "type: xpath",
  "type: json",
  "type: binary",
  "payloads: {a: [b, c]}\n",
  "http:\n",
  "dns:\n",
  "ssl:\n",
  "network:\n",
  "file:\n",
  "websocket:\n",
  "workflows:\n",
  "flow: http()\n",
  "variables: {a: '{{b}}', b: '{{a}}'}\n",
  "self-contained: true\n",
  "\r\n\r\n",
  "HTTP/1.1",
  "@timeout: 1s\n",
] as const;

/** A change of the text, at a place that is a part of it so that it fits every text. */
const textEdit = (lines: readonly string[]): fc.Arbitrary<(text: string) => string> =>
  fc.oneof(
    fc.tuple(place, fc.nat(12), fc.constantFrom("", ...snippets)).map(([at, cut, put]) => (text: string) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + put + text.slice(start + cut);
    }),
    fc.tuple(place, fc.constantFrom(...lines), fc.boolean()).map(([at, line, over]) => (text: string) => {
      const all = text.split("\n");
      const row = Math.floor(at * all.length);
      // With the indentation of the place it often is a key of the same mapping.
      const indent = /^\s*/.exec(all[row] ?? "")?.[0] ?? "";
      return all.toSpliced(row, over ? 1 : 0, indent + line.trimStart()).join("\n");
    }),
  );

const place = fc.double({ min: 0, max: 1, noNaN: true });

const chosen = <Item>(items: readonly Item[], at: number): Item | undefined => items[Math.floor(at * items.length)];

/** The nodes of a kind that are values, without the template's own id and info. */
const nodesOf = <Kind extends Node>(document: Document, is: (node: unknown) => node is Kind): readonly Kind[] => {
  const found: Kind[] = [];
  visit(document, (key, node) => {
    if (isPair(node) && isScalar(node.key) && ["id", "info"].includes(String(node.key.value))) return visit.SKIP;
    if (key !== "key" && is(node)) found.push(node);
    return undefined;
  });
  return found;
};

/** A change of the document, below its root, that leaves it well-formed YAML: values and keys change, go, come twice or move. */
const treeEdit = (values: readonly unknown[]): fc.Arbitrary<(document: Document) => void> => {
  const change = fc.oneof(
    fc.tuple(place, fc.oneof(fc.constantFrom(...snippets), fc.constantFrom(...values))).map(([at, value]) => {
      return (document: Document) => {
        const scalar = chosen(nodesOf(document, isScalar), at);
        if (scalar !== undefined) scalar.value = value;
      };
    }),
    fc.tuple(place, place, fc.constantFrom(...snippets)).map(([at, where, put]) => (document: Document) => {
      const scalar = chosen(nodesOf(document, isScalar), at);
      if (typeof scalar?.value !== "string") return;
      const start = Math.floor(where * scalar.value.length);
      scalar.value = scalar.value.slice(0, start) + put + scalar.value.slice(start);
    }),
    fc.tuple(place, place).map(([at, which]) => (document: Document) => {
      const map = chosen(nodesOf(document, isMap).slice(1), at);
      map?.items.splice(Math.floor(which * map.items.length), 1);
    }),
    fc.tuple(place, place, place).map(([from, which, to]) => (document: Document) => {
      const maps = nodesOf(document, isMap).slice(1);
      const pair = chosen(chosen(maps, from)?.items ?? [], which);
      if (pair === undefined || !isNode(pair.key) || !isNode(pair.value)) return;
      chosen(maps, to)?.set(pair.key.clone(), pair.value.clone());
    }),
    fc.tuple(place, fc.nat(40)).map(([at, times]) => (document: Document) => {
      const list = chosen(nodesOf(document, isSeq), at);
      const [first] = list?.items ?? [];
      if (list === undefined || !isNode(first)) return;
      for (let count = 0; count < times; count += 1) list.items.push(first.clone());
    }),
  );
  return change;
};

/** The text of a document after some changes; as it was where it is no document, or cannot be written as one. */
const edited = (text: string, edits: readonly ((document: Document) => void)[]): string => {
  if (edits.length === 0) return text;
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  if (document.errors.length > 0) return text;
  for (const edit of edits) edit(document);
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    // The library cannot write every document that it reads, such as one with a binary value that is none.
    return text;
  }
};

/** Templates that are made from others by one to six changes. */
export const mutatedTemplate = (originals: readonly string[]): fc.Arbitrary<string> => {
  const lines = originals.flatMap((text) => text.split("\n"));
  const values = originals.flatMap((text) => nodesOf(parseDocument(text), isScalar).map(({ value }) => value));
  const inTree = fc.array(treeEdit(values), { minLength: 1, maxLength: 4 });
  const inText = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(textEdit(lines), { minLength: 1, maxLength: 2 }) },
  );
  const template = fc
    .tuple(fc.constantFrom(...originals), inTree, inText)
    .map(([original, tree, text]) => text.reduce((now, edit) => edit(now), edited(original, tree)));
  // By itself the library prefers the first places, where a template says its id.
  return fc.noBias(template);
};

/** Few, because making them holds up whatever else the process does. */
const chunk = 10;

/** Many of them, made as they are asked for; the same for the same seed. */
export function* mutatedTemplates(originals: readonly string[], count: number, seed: number): Generator<string> {
  const template = mutatedTemplate(originals);
  for (let at = 0; at < count; at += chunk) {
    yield* fc.sample(template, { seed: seed + at, numRuns: Math.min(chunk, count - at) });
  }
}
