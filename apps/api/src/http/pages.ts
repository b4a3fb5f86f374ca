import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { FastifyInstance, FastifyReply } from 'fastify';

const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Rastro API</title>
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body><div id="api"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;

// Swagger UI draws its icons as data; nothing comes from elsewhere, and no script or style stands in a page.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const send = (reply: FastifyReply, type: string, body: string | Buffer): FastifyReply =>
  reply.headers({ 'content-type': type, 'content-security-policy': policy, 'cache-control': 'no-cache' }).send(body);

/** The description of the API, and a page that shows it, where whoever gives no path is sent. Everything is served from here: it works without a network. */
export const servePages = (server: FastifyInstance, description: () => object): void => {
  server.get('/', (_, reply) => reply.redirect('/docs', 302));
  server.get('/openapi.json', (_, reply) => reply.send(description()));
  server.get('/docs', (_, reply) => send(reply, 'text/html; charset=utf-8', page));
  server.get('/docs/start.js', (_, reply) => send(reply, 'text/javascript; charset=utf-8', start));
  for (const [name, type] of Object.entries(files)) {
    server.get(`/docs/${name}`, async (_, reply) => send(reply, type, await readFile(join(folder, name))));
  }
};
