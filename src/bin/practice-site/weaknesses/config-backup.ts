import { bytes } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const config = `<?php
/** The name of the database */
define( 'DB_NAME', 'blog' );
define( 'DB_USER', 'blog' );
define( 'DB_PASSWORD', 'practice-only-not-a-secret' );
define( 'DB_HOST', 'localhost' );
$table_prefix = 'wp_';
`;

export const configBackup: Weakness = {
  id: "config-backup",
  gives: "The database password, because the copy is sent as text instead of being run.",
  routes: { "/blog/wp-config.php.bak": () => bytes(config) },
};
