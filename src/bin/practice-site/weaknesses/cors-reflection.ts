import { json } from "../exchange.ts";
import type { RouteAnswerer, Weakness } from "./weakness.ts";

const index = {
  service: "Fernhill readings",
  calls: ["/api/v1/readings"],
};

const trustingAnyOrigin =
  (value: unknown): RouteAnswerer =>
  (request) => {
    const origin = request.header("origin");
    const answer = json(value);
    if (origin === "") return answer;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        vary: "Origin",
      },
    };
  };

export const corsReflection: Weakness = {
  id: "cors-reflection",
  gives: "Any website can read the data of a visitor who is logged in here.",
  routes: {
    "/api/": trustingAnyOrigin(index),
    "/api/v1/readings": trustingAnyOrigin({ readings: [{ station: "harbour", hPa: 1013.2 }] }),
  },
};
