#!/usr/bin/env node
// Plain enough for any node: an old one gets a sentence here, not a syntax error further in.
import process from 'node:process';

if (Number(process.versions.node.split('.')[0]) < 24 || !('Temporal' in globalThis)) {
  console.error(
    `Perennial needs Node 26, and this is ${process.version}: run it as "npx perennial" from the project's folder, where npm has installed the right one.`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/main.js');
  await main(process.argv);
}
