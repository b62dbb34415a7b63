import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

export const reflectedInput: Weakness = {
  id: "reflected-input",
  gives: "Script of the sender of a link runs in the page of the visitor.",
  routes: {
    "/shop/search": (request) => {
      const wanted = request.query.get("q");
      return wanted === null
        ? undefined
        : html(`<!doctype html><title>Search</title><p>No results for "${wanted}".</p>`);
    },
  },
};
