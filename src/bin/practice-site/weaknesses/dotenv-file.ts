import { bytes } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const environment = (database: string): string => `NODE_ENV=production
DB_HOST=db.fernhill.example
DB_NAME=${database}
DB_USER=shop
DB_PASSWORD=practice-only-not-a-secret
SESSION_SECRET=practice-only-not-a-secret
`;

export const dotenvFile: Weakness = {
  id: "dotenv-file",
  gives: "Passwords of the database and the session store.",
  routes: {
    "/shop/.env": () => bytes(environment("shop")),
    "/shop/.env.backup": () => bytes(environment("shop_2023")),
  },
};
