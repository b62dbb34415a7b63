import assert from "node:assert/strict";
import { isMap, parseDocument } from "yaml";
import type { Json } from "../../../../../src/base/json.ts";
import type { Finding, LanguagePlace, RunOptions, ScanEngineSetup } from "../../../../../src/engines/scan/index.ts";
import type { Site } from "./sites.ts";

/** What is seen of one run. Of these, a case writes down those that its key changes. */
export interface Observed {
  readonly status: "supported" | "refused" | "invalid";
  /** Each finding as `show` puts it, sorted. */
  readonly findings: readonly string[];
  /** What the site was sent, in the order in which it came; sorted when the case is `unordered`. */
  readonly sent: readonly string[];
  /** Kinds of the errors of the run; of a template that is not run, the keys with a problem. */
  readonly errors: readonly string[];
}

/** Shows what one key of the template language does: the same template once with it, once without or changed. */
export interface KeyCase {
  readonly place: LanguagePlace;
  readonly key: string;
  /** One sentence, in the documentation and as the name of the test. */
  readonly shows: string;
  /** The whole template as YAML text; see template-text.ts. */
  readonly template: string;
  /** Templates that run beside it. */
  readonly others?: readonly string[];
  /** Files beside it, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where the mapping stands that has the key; when absent, the first of its place (see `firstOf`). */
  readonly within?: readonly (string | number)[];
  /**
   * The other value of the key; when absent, the key is removed. For the places matcherType and extractorType: the
   * keys that take the place of the whole matcher or extractor.
   */
  readonly to?: Json;
  readonly site: Site;
  readonly engine?: Partial<ScanEngineSetup>;
  readonly run?: Partial<RunOptions>;
  readonly unordered?: boolean;
  /** A finding in a few words; when absent its name, then `=` and what was extracted. */
  readonly show?: (finding: Finding) => string;
  readonly expected: Partial<Observed>;
  /** The same keys as `expected`, at least one of them with another value. */
  readonly changed: Partial<Observed>;
}

const typePlaces: Readonly<Partial<Record<LanguagePlace, string>>> = {
  matcherType: "matchers",
  extractorType: "extractors",
};

/** Where the first mapping of a place stands in a template. */
const firstOf = (place: string): readonly (string | number)[] => {
  switch (place) {
    case "template":
      return [];
    case "info":
      return ["info"];
    case "matcher":
    case "matcherType":
      return ["http", 0, "matchers", 0];
    case "extractor":
    case "extractorType":
      return ["http", 0, "extractors", 0];
    case "networkInput":
      return ["network", 0, "inputs", 0];
    case "websocketInput":
      return ["websocket", 0, "inputs", 0];
    case "workflow":
      return ["workflows", 0];
    case "workflowMatcher":
      return ["workflows", 0, "matchers", 0];
    default:
      return [place, 0];
  }
};

/** The text of the case's template with nothing but the case's key removed or changed. */
export const changedTemplate = ({ place, key, template, within, to }: KeyCase): string => {
  const document = parseDocument(template);
  assert.deepEqual(document.errors, []);
  const path = within ?? firstOf(place);
  const mapping = path.length === 0 ? document.contents : document.getIn(path);
  assert.ok(isMap(mapping), `there is no mapping at ${path.join(".")}`);
  if (typePlaces[place] !== undefined) {
    assert.equal(mapping.get("type"), key, "the type of the case");
    assert.ok(to !== undefined, "a case of a type says what stands there instead");
    document.setIn(path, document.createNode(to));
  } else {
    assert.ok(mapping.has(key), `there is no ${key} at ${path.join(".")}`);
    if (to === undefined) mapping.delete(key);
    else mapping.set(key, document.createNode(to));
  }
  return document.toString({ lineWidth: 0 });
};
