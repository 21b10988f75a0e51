/** Entry. Looks at the runtime before anything is loaded that an older one cannot run. */
if (!('Temporal' in globalThis)) {
  process.stderr.write(
    `Perennial needs Node 26 and this is ${process.version}: start it with "npm start" or "npx node apps/engine/dist/main.js", ` +
      'which use the one that npm installed with it.\n',
  );
  process.exit(1);
}

const { serve } = await import('./serve.js');
await serve(process.env);

export {};
