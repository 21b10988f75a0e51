import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemView } from './api-errors.js';

/** OpenAPI at `/docs` (for people) and `/docs-json`. */
export function documentApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Perennial')
    .setDescription(
      'Customer lifecycle and membership engine. Money in minor units, instants ISO 8601, errors RFC 9457 with a stable `type`.',
    )
    .setVersion('1')
    .addBearerAuth()
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'The key as user name, no password' })
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('basic')
    .build();
  const document = () => SwaggerModule.createDocument(app, config, { extraModels: [ProblemView] });
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs-json', yamlDocumentUrl: 'docs-yaml' });
}
