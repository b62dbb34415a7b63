import { html } from "../exchange.ts";
import { escapeHtml } from "../html.ts";
import type { Weakness } from "./weakness.ts";

/** Multiplies two small whole numbers inside `${…}` as a template engine would; it evaluates nothing else. */
const render = (template: string): string =>
  template.replace(/\$\{(\d{1,6})\*(\d{1,6})\}/g, (_, left, right) => String(Number(left) * Number(right)));

export const templateInjection: Weakness = {
  id: "template-injection",
  gives: "Expressions of the visitor are evaluated on the server.",
  routes: {
    "/api/greet": (request) => {
      const name = request.query.get("name");
      return name === null
        ? undefined
        : html(`<!doctype html><title>Greeting</title><p>Hello ${escapeHtml(render(name))}!</p>`);
    },
  },
};
