import { json } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const schema = {
  data: { __schema: { queryType: { name: "Query" }, types: [{ name: "Reading" }, { name: "Station" }] } },
};

export const graphqlIntrospection: Weakness = {
  id: "graphql-introspection",
  gives: "The whole schema of the interface, also its hidden parts.",
  routes: {
    "/api/graphql": (request) =>
      request.method === "POST" && request.body.includes("__schema")
        ? json(schema)
        : json({ errors: [{ message: "Must provide query string." }] }, 400),
  },
};
