import { json } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const environment = {
  activeProfiles: ["production"],
  propertySources: [
    { name: "server.ports", properties: { "local.server.port": { value: 8080 } } },
    { name: "systemEnvironment", properties: { SPRING_DATASOURCE_PASSWORD: { value: "******" } } },
  ],
};

export const actuatorEnv: Weakness = {
  id: "actuator-env",
  gives: "The settings of the program, and on old versions a way to change them.",
  routes: { "/staff/actuator/env": () => json(environment) },
};
