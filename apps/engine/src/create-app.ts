import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger as NestLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { EngineConfig } from './config/engine-config.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { documentApi } from './http/documentation.js';
import { createFastifyAdapter } from './http/fastify-adapter.js';
import { acceptJsonOnly } from './http/json-body.js';
import { logRequests } from './http/request-log.js';
import { serveByRole } from './http/served-routes.js';
import { guardRoutes } from './keys/access.js';
import { ApiKeys } from './keys/api-keys.js';

/** The application, ready to listen. */
export async function createApp(config: EngineConfig, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = createFastifyAdapter(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config, logger), adapter, {
    bodyParser: false,
    // Of the start only what is amiss is told.
    logger: ['fatal', 'error', 'warn'],
    // What fails at the start is told in one sentence by whoever called.
    abortOnError: false,
  });
  const instance = adapter.getInstance();
  const methods = app.get(AllowedMethods);
  instance.addHook('onRoute', (route) => methods.add(route.url, route.method));
  acceptJsonOnly(instance);
  serveByRole(instance, config.roles);
  guardRoutes(instance, app.get(ApiKeys));
  logRequests(instance, logger);
  documentApi(app);
  await app.init();
  app.useLogger(app.get(NestLogger));
  return app;
}
