import { describe, expect, it } from '@jest/globals';

import { safeAddress } from './address.js';

const refusedAs = (code: string, url: string, surroundings = {}): void => {
  let refusal: unknown;
  try {
    safeAddress(url, surroundings);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ name: 'Refused', code });
  expect(JSON.stringify([refusal, String(refusal)])).not.toMatch(/s3cret|changeit/);
};

describe('the address of an EventStoreDB', () => {
  it.each([
    'esdb://localhost:2113?tls=false',
    'esdb://ana:s3cret@db.example:2113',
    'esdb://admin:changeit@127.0.0.1:2113?tls=false',
    'esdb://a.example:2113,b.example:2113,c.example?tls=true&nodePreference=leader',
    'esdb+discover://ana:s3cret@cluster.example:2113?tls=true&keepAliveInterval=10000',
  ])('%s is taken as it is', (url) => expect(safeAddress(url, {})).toBe(url));

  it('may call the server by its newer name', () => {
    expect(safeAddress('kurrentdb://db.example:2113', {})).toBe('esdb://db.example:2113');
    expect(safeAddress('kurrentdb+discover://db.example:2113/?tls=true', {})).toBe('esdb+discover://db.example:2113?tls=true'); // prettier-ignore
  });

  it.each([
    'http://localhost:2113',
    'esdb://',
    'esdb://ana@db.example',
    'esdb://ana:s3cret@db.example:port',
    'esdb://ana:s3cret@db.example?unknown=1',
    'esdb://ana:s3cret@db.example?tls=maybe',
    'esdb://ana:s3cret@db.example?tls',
    'esdb://ana:s3cret@db.example?tls=true&TLS=false',
    'esdb://ana:s3cret@db.example?defaultDeadline=soon',
    'esdb://ana:s3cret@db.example?tlsCAFile=/nowhere',
  ])('%s is refused without telling it again', (url) => refusedAs('setting-malformed', url));

  it.each([
    ['a password that would not be sent', 'esdb://ana:s3cret@db.example:2113?tls=false'],
    ['the same, by one of several hosts', 'esdb://ana:s3cret@localhost,db.example:2113?TLS=false'],
    ['events in clear, without an account too', 'esdb://db.example:2113?tls=false'],
    ['a certificate that would be checked all the same', 'esdb://ana:s3cret@db.example?tls-verify-cert=false'],
    ['appends that tell wrong revisions', 'esdb://localhost?tls=false&throwOnAppendFailure=false'],
    ['the password that servers come with', 'esdb://admin:changeit@db.example:2113'],
    ['the other one', 'esdb+discover://ops:changeit@db.example:2113?tls=true'],
  ])('refuses %s', (_, url) => refusedAs('event-store-unsafe', url));

  it('refuses the password that servers come with in production, however near', () =>
    refusedAs('event-store-unsafe', 'esdb://admin:changeit@localhost?tls=false', { NODE_ENV: 'production' }));

  it.each(['esdb:*', 'esdb:connection', '*', 'express:*, esdb*', 'esdb:command:grpc'])(
    'refuses DEBUG=%s, with which the client prints it',
    (DEBUG) => refusedAs('event-store-unsafe', 'esdb://ana:s3cret@db.example', { DEBUG }),
  );

  it.each(['', 'bullmq:*', '-esdb:*'])('does not mind DEBUG=%s', (DEBUG) =>
    expect(safeAddress('esdb://db.example', { DEBUG })).toBe('esdb://db.example'),
  );
});
