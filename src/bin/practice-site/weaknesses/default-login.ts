import { html, json } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const credentials = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isDefault = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "user" in value &&
  "password" in value &&
  value.user === "admin" &&
  value.password === "admin";

const loginPage =
  '<!DOCTYPE html><html lang="en"><head><title>Grafana</title></head><body>Welcome to Grafana</body></html>';

export const defaultLogin: Weakness = {
  id: "default-login",
  gives: "The dashboards, their data sources and the rights of an administrator.",
  routes: {
    "/staff/grafana/login": (request) => {
      if (request.method !== "POST") return html(loginPage);
      if (!isDefault(credentials(request.body))) return json({ message: "Invalid username or password" }, 401);
      const answer = json({ message: "Logged in" });
      const cookie = "grafana_session=practice; Path=/staff/grafana; HttpOnly; SameSite=Lax";
      return { ...answer, headers: { ...answer.headers, "set-cookie": cookie } };
    },
  },
};
