import type { EvaluationBudget } from "../operators/budget.ts";
import type { Evidence } from "../operators/evidence.ts";
import { Part } from "../operators/part.ts";
import type { PlaceholderValues } from "../template/placeholders.ts";
import type { Template } from "../template/template.ts";
import type { HttpRequest } from "./plan.ts";
import { requestText } from "./request-text.ts";
import { contentLength, headerPairs, headText, type HttpResponse } from "./response.ts";

export interface HttpEvidenceSetup {
  readonly template: Template;
  readonly target: string;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly values: PlaceholderValues;
  readonly budget: EvaluationBudget;
}

/** The parts of an HTTP response under nuclei's names, each made when an operator first asks for it. */
export class HttpEvidence implements Evidence {
  readonly status: number;
  readonly budget: EvaluationBudget;
  readonly variables: PlaceholderValues;
  readonly #setup: HttpEvidenceSetup;
  readonly #made = new Map<string, Part | undefined>();
  #fields: ReadonlyMap<string, string> | undefined;

  constructor(setup: HttpEvidenceSetup) {
    this.#setup = setup;
    this.status = setup.response.status;
    this.budget = setup.budget;
    this.variables = setup.values;
  }

  part(name: string): Part | undefined {
    const key = name === "header" ? "all_headers" : name;
    if (this.#made.has(key)) return this.#made.get(key);
    const part = this.#make(key);
    this.#made.set(key, part);
    return part;
  }

  define(name: string, value: string): void {
    this.#made.set(name, Part.ofText(value));
  }

  #make(name: string): Part | undefined {
    const { response, request, template, target } = this.#setup;
    switch (name) {
      case "body":
        return new Part(response.body);
      case "all_headers":
        return new Part(Buffer.from(headText(response), "latin1"));
      case "all":
        return this.#join("body", "all_headers");
      case "response":
        return this.#join("all_headers", "body");
      case "request":
        return Part.ofText(requestText(request));
      case "status_code":
        return Part.ofText(String(response.status));
      case "content_length":
        return Part.ofText(String(contentLength(response)));
      case "duration":
        return Part.ofText(String(response.durationMs / 1000));
      case "host":
        return Part.ofText(target);
      case "matched":
        return Part.ofText(response.url.href);
      case "type":
        return Part.ofText("http");
      case "template-id":
        return Part.ofText(template.id);
      case "template-path":
        return Part.ofText(template.file);
      default: {
        const value = this.#field(name);
        return value === undefined ? undefined : Part.ofText(value);
      }
    }
  }

  #join(first: string, second: string): Part {
    const parts = [this.part(first), this.part(second)].filter((part) => part !== undefined);
    return new Part(Buffer.concat(parts.map(({ raw }) => raw)));
  }

  /** Headers, cookies, target values and variables by name: what nuclei puts beside the fixed parts. */
  #field(name: string): string | undefined {
    if (Object.hasOwn(this.variables, name)) return this.variables[name];
    return (this.#fields ??= responseFields(this.#setup.response)).get(name);
  }
}

/** Cookies under their names in lower case, then headers in lower case with `_` for `-`, several values by spaces. */
const responseFields = (response: HttpResponse): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  const headers = new Map<string, string>();
  for (const [name, latin1] of headerPairs(response)) {
    const value = Buffer.from(latin1, "latin1").toString("utf8");
    const key = name.toLowerCase().replaceAll("-", "_");
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before} ${value}`);
    if (key !== "set_cookie") continue;
    const cookie = /^\s*([^=;\s]+)\s*=\s*"?([^;"]*)/.exec(value);
    if (cookie?.[1] !== undefined) fields.set(cookie[1].toLowerCase(), (cookie[2] ?? "").trim());
  }
  for (const [key, value] of headers) fields.set(key, value);
  return fields;
};
