import { testBrokenLayer } from "./broken-layer.ts";

testBrokenLayer("detect");
