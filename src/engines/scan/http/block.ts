import { readCondition } from "../operators/condition.ts";
import { compileOperators } from "../operators/compile.ts";
import { compileMatcher } from "../operators/matcher.ts";
import { compilePayloads } from "../payloads/payloads.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { HttpBlockPlan } from "./block-plan.ts";
import { clusterKeyOf } from "./cluster-key.ts";
import { readNumbers } from "./history.ts";
import type { Pipelining } from "./http-request.ts";
import { mappingsOf } from "./mappings.ts";
import { createPreCondition, type PreCondition } from "./pre-condition.ts";
import { compilePaths } from "./request/path-source.ts";
import { type CommonPatterns, readCommonPatterns } from "./request/patterns.ts";
import { compileRaws } from "./request/raw-source.ts";
import { readSettings, type RequestSettings } from "./request/settings.ts";
import type { RequestSource } from "./request/source.ts";
import { runHttpBlock } from "./run-block.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PURGE", "DEBUG"];
const mostThreads = 100;
const mostRaced = 250;
const mostPipelined = 1_000;
const defaultPerConnection = 100;

/** A block of http, with what it sends. */
export interface HttpBlock extends Block {
  readonly protocol: "http";
  readonly plan: HttpBlockPlan;
}

/** Compiles one block of `http`, or reports why it cannot be run. */
export const compileHttpBlock = (section: Section, context: BlockContext): HttpBlock => {
  refuseOtherKeys(section, "http");
  const id = section.string("id")?.trim() || undefined;
  const stopAtFirstMatch = section.boolean("stop-at-first-match");
  const settings = readSettings(section);
  const common = readCommonPatterns(section);
  const method = readMethod(section);
  const plan = readPlan(section, context, { method, settings, common });
  return {
    protocol: "http",
    plan,
    id,
    operators: compileOperators(section, context.limits),
    requests: requestsOf(plan),
    stopAtFirstMatch,
    clusterKey: isShareable(section, plan, stopAtFirstMatch)
      ? clusterKeyOf({
          method,
          paths: plan.sources.map(({ text }) => text),
          headers: common.headers,
          settings,
          skipCheck: section.boolean("skip-variables-check"),
        })
      : undefined,
    run: (run) => runHttpBlock(plan, run),
  };
};

interface RequestParts {
  readonly method: string;
  readonly settings: RequestSettings;
  readonly common: CommonPatterns;
}

const readPlan = (section: Section, context: BlockContext, parts: RequestParts): HttpBlockPlan => {
  const sources = readSources(section, parts);
  const lookedBack = readNumbers(section);
  const race = readRace(section, sources.length);
  if (race > 0 && lookedBack.size > 0) {
    section.complain("invalid", "race", "its requests have no order, so that operators cannot look back at them");
  }
  return {
    sources,
    payloads: compilePayloads(section, context),
    threads: bounded(section, "threads", mostThreads),
    serial: sources.length > 1 && hasInternalName(section),
    race,
    pipelining: readPipelining(section),
    iterateAll: section.boolean("iterate-all"),
    // cookie-reuse is nuclei's old name of what is done anyway.
    disableCookies:
      section.boolean("disable-cookie") || (section.has("cookie-reuse") && !section.boolean("cookie-reuse")),
    selfContained: section.boolean("self-contained") || context.selfContained,
    lookedBack,
    preCondition: readPreCondition(section),
  };
};

const readMethod = (section: Section): string => {
  const method = section.string("method")?.trim().toUpperCase() || "GET";
  if (method === "CONNECT") section.complain("refused", "method", "CONNECT would turn the target into a tunnel");
  else if (!methods.includes(method)) section.complain("invalid", "method", `unknown method "${method}"`);
  return method;
};

const readSources = (section: Section, { method, settings, common }: RequestParts): readonly RequestSource[] => {
  const skipCheck = section.boolean("skip-variables-check");
  const unsafe = section.boolean("unsafe");
  const readAll = section.boolean("read-all");
  const mergesPath = !section.boolean("disable-path-automerge");
  const paths = compilePaths(section, { method, settings, common, skipCheck, plain: unsafe });
  const raws = compileRaws(section, { settings, common, skipCheck, unsafe, readAll, mergesPath });
  const hasPaths = section.strings("path").length > 0;
  const hasRaws = section.strings("raw").length > 0;
  if (hasPaths && hasRaws) section.complain("invalid", "raw", "cannot stand beside path; use two blocks");
  if (!hasPaths && !hasRaws)
    section.complain("invalid", "path", "needs at least one path, or raw at least one request");
  return hasPaths ? paths : raws;
};

/** How often the one request of the block is raced. */
const readRace = (section: Section, sources: number): number => {
  const race = section.boolean("race");
  const count = bounded(section, "race_count", mostRaced) ?? 0;
  if (!race || count === 0) return 0;
  if (sources > 1) section.complain("refused", "race", "races one request; the others would never be sent");
  return count;
};

const readPipelining = (section: Section): Pipelining | undefined => {
  const connections = bounded(section, "pipeline-concurrent-connections", mostThreads) ?? 1;
  const perConnection = bounded(section, "pipeline-requests-per-connection", mostPipelined) ?? defaultPerConnection;
  return section.boolean("pipeline") ? { connections, perConnection } : undefined;
};

/** A whole number of at least 1; undefined when it is absent or 0. */
const bounded = (section: Section, key: string, most: number): number | undefined => {
  const value = section.integer(key) ?? 0;
  if (value > most) section.complain("invalid", key, `is ${value}; at most ${most} are run`);
  return value === 0 ? undefined : Math.min(value, most);
};

const hasInternalName = (section: Section): boolean =>
  mappingsOf(section, "extractors").some(({ internal, name }) => internal === true && typeof name === "string");

const readPreCondition = (section: Section): PreCondition | undefined => {
  const condition = readCondition(section, "pre-condition-operator");
  const matchers = section
    .sections("pre-condition")
    .map(compileMatcher)
    .filter((matcher) => matcher !== undefined);
  return matchers.length === 0 ? undefined : createPreCondition({ condition, matchers, extractors: [] });
};

const requestsOf = ({ sources, payloads, race }: HttpBlockPlan): number => {
  if (race > 0) return race;
  if (payloads === undefined) return sources.length;
  const once = sources.filter((source) => source.once).length;
  return Math.min(payloads.count * (sources.length - once) + once, Number.MAX_SAFE_INTEGER);
};

/** nuclei shares what has no payloads, raw, body, unsafe, look back or name; here nothing else that is its own, too. */
const isShareable = (section: Section, plan: HttpBlockPlan, stopAtFirstMatch: boolean): boolean => {
  const own = [
    "raw",
    "body",
    "name",
    "unsafe",
    "pre-condition",
    "digest-username",
    "iterate-all",
    "pipeline",
    "signature",
  ];
  if (own.some((key) => section.has(key)) || plan.selfContained) return false;
  if (plan.payloads !== undefined || plan.race > 0 || plan.lookedBack.size > 0 || section.has("payloads")) return false;
  return !(stopAtFirstMatch && plan.sources.length > 1);
};
