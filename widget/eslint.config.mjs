import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "src/generated/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    // Characters are counted as code points, like the server does.
    rules: {
      "@typescript-eslint/no-misused-spread": ["error", { allow: [{ from: "lib", name: "string" }] }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["src/**"],
    rules: {
      // Whatever a visitor or an agent wrote becomes a text node. There is no second way in.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build nodes; text is only ever textContent." },
        { property: "outerHTML", message: "Build nodes; text is only ever textContent." },
        { property: "insertAdjacentHTML", message: "Build nodes; text is only ever textContent." },
      ],
      "no-restricted-globals": ["error", "alert", "confirm", "prompt"],
    },
  },
);
