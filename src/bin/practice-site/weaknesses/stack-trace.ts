import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const trace = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>TypeError: Cannot read properties of undefined (reading &#39;name&#39;)<br> &nbsp; &nbsp;at findProduct (/srv/shop/routes/product.js:41:22)<br> &nbsp; &nbsp;at Layer.handle [as handle_request] (/srv/shop/node_modules/express/lib/router/layer.js:95:5)</pre>
</body>
</html>
`;

export const stackTrace: Weakness = {
  id: "stack-trace",
  gives: "Paths and library versions of the program, from one bad parameter.",
  routes: {
    "/shop/product": (request) => {
      const id = request.query.get("id");
      return id === null || /^\d{1,6}$/.test(id) ? undefined : html(trace, 500);
    },
  },
};
