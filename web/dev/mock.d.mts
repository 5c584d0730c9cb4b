import type { Plugin } from "vite";
export function mockPlugin(): Plugin;
