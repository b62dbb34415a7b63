import type { CacaoProblem } from "../../../src/engines/playbook/cacao/index.ts";
import type { SchemaError } from "./public-schemas.ts";

/** Something in which the reader and the public schemas disagree on purpose. */
export interface Difference<Complaint> {
  readonly name: string;
  readonly reason: string;
  readonly covers: (complaint: Complaint) => boolean;
}

const byRule = (reason: string, ...rules: readonly string[]): readonly Difference<CacaoProblem>[] =>
  rules.map((name) => ({ name, reason, covers: ({ rule }) => rule === name }));

const standardPrefix =
  /^(?:(?:workflow)\.(?:start|end|action|playbook-action|parallel|if-condition|while-condition|switch-condition)|(?:agent|target)_definitions\.(?:group|individual|organization|location|sector|security-category|http-api|linux|ssh|net-address)|authentication_info_definitions\.(?:http-basic|oauth2|user-auth)|data_marking_definitions\.(?:marking-tlp|marking-statement|marking-iep)|extension_definitions\.extension-definition)--/;

/** What is invalid for us and not for the public schemas. */
export const stricter: readonly Difference<CacaoProblem>[] = [
  ...byRule(
    "the standard's text demands it, and a JSON Schema cannot say it",
    "validity",
    "start-step",
    "dangling-id",
    "variable-undeclared",
    "syntax",
    "request-line",
    "header",
    "key-management",
    "address",
    "port",
    "timestamp",
    "variable-value",
  ),
  ...byRule(
    "the schema says so by unevaluatedProperties, which draft-07 does not have",
    "step-id",
    "step-type",
    "variable-name",
    "marking-type",
  ),
  ...byRule("the schema forbids it only beside both on_success and on_failure", "next-excluded"),
  ...byRule("the schema's anyOf holds for every step that is no end", "next-missing"),
  ...byRule("the schema bounds delay alone", "negative-wait"),
  ...byRule("draft-07 only notes contentEncoding", "base64"),
  ...byRule("the schema permits none of command and command_b64, and both", "command-text"),
  ...byRule("the schema permits a switch without cases", "cases-empty"),
  {
    name: "entries of other kinds",
    reason: "the schema looks only at entries whose ids begin with a type of the standard",
    covers: ({ rule, key }) =>
      rule === "shape" && /^(?:workflow|[a-z_]+_definitions)[.[]/.test(key) && !standardPrefix.test(key),
  },
  {
    name: "the port of net-address",
    reason: "SOARCA has one, which the standard has not: it is read as of others",
    covers: ({ rule, key }) => rule === "shape" && /^(?:agent|target)_definitions\.net-address--[^.]*\.port$/.test(key),
  },
  {
    name: "openc2",
    reason: "SOARCA's name of openc2-http is read as that, and the schema does not know it",
    covers: ({ rule, key }) =>
      rule === "shape" && /^workflow\.action--.*\.commands\[\d+\]\.(?:content|command|headers)/.test(key),
  },
];

const byPlace = (name: string, reason: string, keyword: string, at: RegExp): Difference<SchemaError> => ({
  name,
  reason,
  covers: (error) => error.keyword === keyword && at.test(error.at),
});

/** What is invalid for the public schemas and not for us. */
export const laxer: readonly Difference<SchemaError>[] = [
  byPlace("no delay", "the standard's text permits 0", "minimum", /^\/workflow\/[^/]*\/delay$/),
  byPlace(
    "agents of SOARCA's fins",
    "refused by name instead",
    "pattern",
    /^\/workflow\/[^/]*\/(?:agent|targets\/\d+)$/,
  ),
  byPlace(
    "addresses",
    "the patterns refuse variables, localhost and long top-level domains; ours parse the address",
    "pattern",
    /^\/(?:agent|target)_definitions\/[^/]*\/address\//,
  ),
  byPlace(
    "a dictionary as JSON",
    "the standard's text permits a JSON object as value",
    "type",
    /_variables\/__[^/]*__\/value$/,
  ),
  byPlace(
    "references of IEP",
    "the schema wants them to be texts and objects at once",
    "type",
    /^\/data_marking_definitions\/marking-iep--[^/]*\/external_references\/\d+$/,
  ),
];

/** A file of which we say no more than that: it is not looked into any further. */
export const unread: ReadonlySet<string> = new Set(["bound", "reserved-name"]);
