import type { DslSetup } from "../dsl/setup.ts";
import type { Block } from "../template/block.ts";
import type { Template } from "../template/template.ts";
import { type Scope, Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { HttpBlock } from "./block.ts";
import type { HttpRequest } from "./http-request.ts";
import type { RequestDefaults } from "./plan.ts";
import { parseTarget } from "./target.ts";

/** A request that a template will send to a target, as far as that is known before anything is sent. */
export interface PlannedRequest {
  /** Undefined when it needs what an earlier response gives, or its path gives no URL for this target. */
  readonly request: HttpRequest | undefined;
  /** An earlier match of its template or block makes it unnecessary. */
  readonly endsWithMatch: boolean;
}

/**
 * The HTTP requests of a template for a website, block by block in the order in which they are sent, without
 * redirects. One after the other: there may be millions.
 *
 * @throws ScanError `invalid-target`
 */
export async function* plannedRequests(
  template: Template,
  target: string,
  defaults: RequestDefaults,
  dsl: DslSetup,
): AsyncGenerator<PlannedRequest, void, undefined> {
  const url = parseTarget(target);
  const given = new Variables();
  for (const [name, value] of Object.entries(defaults.variables ?? {})) given.set(name, bytesOf(value));
  const fixed = await template.variables.fixed(given, dsl);
  const scope = (own: Scope, payloads: Readonly<Record<string, Value>>): Scope =>
    new Variables(
      { get: (name) => given.get(name) ?? own.get(name) ?? fixed.get(name) },
      { ...template.constants, ...payloads },
    );
  for (const block of template.blocks.filter(isHttp)) {
    const { sources, payloads } = block.plan;
    const endsWithMatch = template.stopAtFirstMatch || block.stopAtFirstMatch;
    const done = new Set<(typeof sources)[number]>();
    for await (const payload of payloads?.each(scope(new Map(), {}), dsl) ?? [{}]) {
      for (const source of sources) {
        if (done.has(source)) continue;
        if (source.once) done.add(source);
        const made = await source.make({
          target: url,
          defaults,
          dsl,
          cookies: undefined,
          scope: (own) => scope(own, payload),
        });
        yield { request: "request" in made ? made.request : undefined, endsWithMatch };
      }
    }
  }
}

const isHttp = (block: Block): block is HttpBlock => block.protocol === "http" && "plan" in block;
