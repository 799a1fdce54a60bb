import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a running server for everything that is not a page. */
const server = process.env.FANFARE_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  appType: 'mpa',
  plugins: [react()],
  build: {
    // Two documents, so that the application never loads the editor's megabytes.
    rolldownOptions: {
      input: ['index.html', 'graphiql.html'],
      onLog(level, log, report) {
        // GraphiQL's files tell the React compiler to leave them alone; that compiler does not run here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
    // The pages' content security policy allows images and scripts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor is one large library; it is loaded on its own page and cached for good.
    chunkSizeWarningLimit: 5000,
  },
  server: {
    // GraphiQL's examples come from the pages for users of the API.
    fs: { allow: ['.', '../docs/api'] },
    proxy: {
      '^/graphql(/|$)': { target: server, ws: true },
      '^/(health|ready)$': { target: server },
      '^/(api|simulator)/': { target: server },
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
