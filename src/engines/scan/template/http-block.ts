import { readCondition } from "../operators/condition.ts";
import { compileExtractor } from "../operators/extractors.ts";
import { compileMatcher } from "../operators/matchers.ts";
import { headerProblem } from "./header.ts";
import { refuseOtherKeys } from "./keys.ts";
import { compileText, type TextPattern } from "./placeholders.ts";
import type { Section } from "./section.ts";
import type { HttpBlock, PathPattern, RedirectPolicy, TemplateLimits } from "./template.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PURGE", "DEBUG"];
const defaultRedirects = 10;
const absolutePath = /^(\{\{(BaseURL|RootURL)\}\}|(https?|\{\{Scheme\}\}):\/\/)/i;
const portAfterName = /^(\{\{(?:BaseURL|RootURL)\}\}):(\d+)/;
const slashAfterName = /^\{\{[a-zA-Z]+\}\}\//;
/** Compiles one block of `http`, or reports why it cannot be run. */
export const compileHttpBlock = (section: Section, limits: TemplateLimits): HttpBlock => {
  refuseOtherKeys(section, "http");
  const matchers = section.sections("matchers");
  const extractors = section.sections("extractors");
  if (matchers.length + extractors.length > limits.operatorsPerBlock) {
    section.complain("invalid", "", `has more than ${limits.operatorsPerBlock} matchers and extractors`);
  }
  const maxSize = section.integer("max-size") ?? 0;
  return {
    method: readMethod(section),
    paths: readPaths(section),
    headers: readHeaders(section),
    body: readBody(section),
    redirects: readRedirects(section),
    maxRedirects: section.integer("max-redirects") || defaultRedirects,
    maxBytes: maxSize === 0 ? undefined : maxSize,
    stopAtFirstMatch: section.boolean("stop-at-first-match"),
    operators: {
      condition: readCondition(section, "matchers-condition"),
      matchers: matchers.map(compileMatcher).filter((matcher) => matcher !== undefined),
      extractors: extractors.map(compileExtractor).filter((extractor) => extractor !== undefined),
    },
  };
};

const readMethod = (section: Section): string => {
  const method = section.string("method")?.trim().toUpperCase() || "GET";
  if (method === "CONNECT") section.complain("refused", "method", "CONNECT would turn the target into a tunnel");
  else if (!methods.includes(method)) section.complain("invalid", "method", `unknown method "${method}"`);
  return method;
};

const readPaths = (section: Section): readonly PathPattern[] => {
  const paths = section.strings("path");
  if (paths.length === 0 && !section.has("raw")) section.complain("invalid", "path", "needs at least one path");
  return paths.flatMap(({ value, line }, at) => {
    const key = `path[${at}]`;
    if (!absolutePath.test(value)) {
      section.complain("invalid", key, "must begin with {{BaseURL}}, {{RootURL}} or an http(s) URL", line);
      return [];
    }
    const [, name = "", port] = portAfterName.exec(value) ?? [];
    if (Number(port) > 65_535) section.complain("invalid", key, `there is no port ${port ?? ""}`, line);
    const source = port === undefined ? value : name + value.slice(name.length + 1 + port.length);
    return compileOrRefuse(section, key, source, line).map((text) => ({
      text,
      port: port === undefined ? undefined : Number(port),
      trailingSlash: slashAfterName.test(source),
    }));
  });
};

const readHeaders = (section: Section): HttpBlock["headers"] => {
  const headers = section.section("headers");
  if (headers === undefined) return [];
  return headers.keys().flatMap(({ value: name, line }) => {
    const value = headers.string(name);
    if (value === undefined) return [];
    const problem = headerProblem(name, value);
    if (problem !== undefined) {
      headers.complain(problem.kind, name, problem.message, line);
      return [];
    }
    return compileOrRefuse(headers, name, value, line).map((pattern) => ({ name, value: pattern }));
  });
};

const readBody = (section: Section): TextPattern | undefined => {
  const body = section.string("body");
  if (body === undefined || body === "") return undefined;
  const wire = body.includes("\r\n") ? body : body.replaceAll("\n", "\r\n");
  return compileOrRefuse(section, "body", wire)[0];
};

const readRedirects = (section: Section): RedirectPolicy => {
  const all = section.boolean("redirects");
  // nuclei lets host-redirects win when both are set.
  if (section.boolean("host-redirects")) return "same-host";
  return all ? "all" : "none";
};

const compileOrRefuse = (section: Section, key: string, text: string, line?: number): readonly TextPattern[] => {
  const pattern = compileText(text, section.variables);
  if (!("unknown" in pattern)) return [pattern];
  section.complain(
    "refused",
    key,
    `${pattern.unknown.join(", ")} is not supported, and no variable that was given`,
    line,
  );
  return [];
};
