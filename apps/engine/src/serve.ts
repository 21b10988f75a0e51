import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Stores } from '@perennial/projection';
import { destination, pino } from 'pino';
import { type EngineConfig, readConfig } from './config/engine-config.js';
import { createApp } from './create-app.js';
import { ApiKeys } from './keys/api-keys.js';
import { STORES } from './stores/tokens.js';

/**
 * Runs the engine until it is told to end (SIGTERM, SIGINT). What people should see goes to stdout, the log, as JSON
 * lines, to stderr.
 */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const config = readConfig(env);
    const logger = pino({ level: config.logLevel, base: null }, destination({ fd: 2, sync: true }));
    const app = await createApp(config, logger);
    await welcome(app);
    await app.listen({ host: config.host, port: config.port });
    const { address, port, family } = app.getHttpServer().address() as AddressInfo;
    say(`Perennial listens on http://${family === 'IPv6' ? `[${address}]` : address}:${port} (documentation: /docs)`);
    endOnSignal(app, config);
  } catch (error) {
    process.stderr.write(`Perennial could not start: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** Tells what is told once: the first key, and what one could do with an empty store. */
async function welcome(app: NestFastifyApplication): Promise<void> {
  const firstKey = await app.get(ApiKeys).open();
  if (firstKey !== null) say(`Admin API key (shown this once, keep it): ${firstKey}`);
  const { log } = app.get<Stores>(STORES);
  if (!(await log.hasCustomerFacts())) {
    say('The store is empty. "npm run demo" fills it with a simulated shop: 2,000 customers over 18 months.');
  }
}

/** Stops taking connections, finishes what is under way, then closes the stores: nothing acknowledged is lost. */
function endOnSignal(app: NestFastifyApplication, config: EngineConfig): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    const server = app.getHttpServer();
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const deadline = setTimeout(() => server.closeAllConnections(), config.shutdownMs);
    app.close().then(
      () => {
        clearInterval(idle);
        clearTimeout(deadline);
        process.exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`Perennial did not end well: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
