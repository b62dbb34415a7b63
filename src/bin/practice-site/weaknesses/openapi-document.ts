import { json } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const document = {
  openapi: "3.0.1",
  info: { title: "Fernhill readings", version: "1.4.0" },
  paths: { "/v1/readings": { get: { responses: { 200: { description: "readings" } } } } },
};

export const openapiDocument: Weakness = {
  id: "openapi-document",
  gives: "The list of all calls, also of those meant for the company alone.",
  routes: { "/api/openapi.json": () => json(document) },
};
