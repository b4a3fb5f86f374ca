import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { Problem } from './problem.js';

const description = `The book of record of asset recovery. A fact is recorded once and never changed; every figure is derived
from the facts. Writes need Rastro-Actor, Idempotency-Key and, into what exists, If-Match. Money is a decimal string.
Refusals are application/problem+json with a stable code and the JSON pointer of every wrong place.`;

/** The description of every route, from their own decorators. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Rastro')
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setLicense('EUPL-1.2', 'https://eupl.eu/1.2/en/')
    .build();
  return SwaggerModule.createDocument(app, config, { extraModels: [Problem] });
};
