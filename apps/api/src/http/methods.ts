import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** By which methods there is something at a path, whatever its query. */
    methodsAt(address: string): readonly string[];
  }
}

interface Shape {
  readonly method: string;
  readonly parts: readonly string[];
}

const partsOf = (address: string): string[] => (address.split('?', 1)[0] ?? '').split('/');

const fits = (parts: readonly string[], asked: readonly string[]): boolean =>
  parts.length === asked.length &&
  parts.every((part, index) => part === asked[index] || (part.startsWith(':') && asked[index] !== ''));

/** Remembers what is served where, so that who comes by another method is told which there are (RFC 9110, 15.5.6). */
export const rememberMethods = (server: FastifyInstance): void => {
  const shapes: Shape[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    for (const one of [method].flat()) shapes.push({ method: one, parts: partsOf(url) });
  });
  server.decorate('methodsAt', (address) => {
    const asked = partsOf(address);
    return [...new Set(shapes.filter(({ parts }) => fits(parts, asked)).map(({ method }) => method))].sort();
  });
};
