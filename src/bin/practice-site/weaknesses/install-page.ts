import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const page = `<!DOCTYPE html>
<html lang="en-US">
<head><title>WordPress &rsaquo; Installation</title></head>
<body class="wp-core-ui">
<form id="setup" method="post" action="install.php?step=2" novalidate="novalidate">
<input name="weblog_title" type="text" id="weblog_title" size="25" value="">
<input name="user_name" type="text" id="user_login" size="25" value="">
</form>
</body>
</html>
`;

export const installPage: Weakness = {
  id: "install-page",
  gives: "Whoever comes first finishes the installation and is its administrator.",
  routes: { "/blog/wp-admin/install.php": () => html(page) },
};
