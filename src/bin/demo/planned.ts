import { planRequests, type Template } from "../../engines/scan/index.ts";

/** A request that a template sends to a target. */
export interface Planned {
  /** `GET /path?query` */
  readonly key: string;
  /** An earlier match of its template makes it unnecessary. */
  readonly endsWithMatch: boolean;
}

const defaults = { userAgent: "", headers: {} };

/** Requests of one template for one target, in their order. */
export const plannedBy = (template: Template, target: string): readonly Planned[] =>
  planRequests(template, target, defaults).flatMap(({ block, request }) =>
    request === undefined
      ? []
      : [
          {
            key: `${request.method} ${request.url.path}`,
            endsWithMatch: template.stopAtFirstMatch || block.stopAtFirstMatch,
          },
        ],
  );
