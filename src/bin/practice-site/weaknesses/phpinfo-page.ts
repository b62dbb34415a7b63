import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const page = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>PHP 7.4.3 - phpinfo()</title><meta name="ROBOTS" content="NOINDEX,NOFOLLOW,NOARCHIVE" /></head>
<body><div class="center">
<table><tr class="h"><td><h1 class="p">PHP Version 7.4.3</h1></td></tr></table>
<table>
<tr><td class="e">System </td><td class="v">Linux blog 5.4.0-generic x86_64 </td></tr>
<tr><td class="e">Loaded Configuration File </td><td class="v">/etc/php/7.4/apache2/php.ini </td></tr>
<tr><td class="e">PHP Extension </td><td class="v">20190902 </td></tr>
<tr><td class="e">disable_functions</td><td class="v"><i>no value</i></td></tr>
</table></div></body></html>
`;

export const phpinfoPage: Weakness = {
  id: "phpinfo-page",
  gives: "Versions, paths and settings of the PHP installation.",
  routes: { "/blog/info.php": () => html(page) },
};
