import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const apacheListing = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /uploads</title>
 </head>
 <body>
<h1>Index of /uploads</h1>
<table>
<tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
<tr><td><a href="/">Parent Directory</a></td><td>&nbsp;</td></tr>
<tr><td><a href="price-list.csv">price-list.csv</a></td><td>2024-03-12 08:14</td></tr>
</table>
</body></html>
`;

const nginxListing = `<html>
<head><title>Index of /shop/images/</title></head>
<body>
<h1>Index of /shop/images/</h1><hr><pre><a href="../">../</a>
<a href="barometer.jpg">barometer.jpg</a>                12-Mar-2024 08:14               48213
</pre><hr></body>
</html>
`;

export const directoryListing: Weakness = {
  id: "directory-listing",
  gives: "Every file of a folder, linked or not.",
  routes: { "/uploads/": () => html(apacheListing), "/shop/images/": () => html(nginxListing) },
};
