import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Service {
  readonly profiles?: readonly string[];
  readonly image: string;
  readonly command?: readonly string[];
  readonly restart: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly init?: boolean;
  readonly cap_drop?: readonly string[];
}

const { services, secrets, volumes } = parse(readFileSync('docker/compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, { name: string }>;
};
const all = Object.entries(services);
const ours = all.filter(([, { image }]) => image.startsWith('rastro:'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the compose files', () => {
  it('pin every image to a version, ours to that of the package', () => {
    for (const [name, { image }] of all) expect([name, image]).toEqual([name, expect.stringMatching(/:\d+\.\d+(\.\d+)?(-|$)/)]); // prettier-ignore
    expect(ours.map(([, { image }]) => image)).toEqual(ours.map(() => `rastro:${version}`));
  });

  it('say for every service that stays whether it is well', () => {
    const staying = all.filter(([, { restart }]) => restart !== 'no');
    expect(staying.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name)).toEqual([]);
  });

  it('run our processes read-only, with an init, and with no capability', () => {
    for (const [name, { read_only, init, cap_drop }] of ours)
      expect([name, read_only, init, cap_drop]).toEqual([name, true, true, ['ALL']]);
  });

  it('give passwords as files only, each of them declared', () => {
    const given = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
    expect(given.filter(([name]) => /(_URL|PASSWORD|_KEY)$/.test(name))).toEqual([]);
    expect(new Set(all.flatMap(([, { secrets: used = [] }]) => used))).toEqual(new Set(Object.keys(secrets)));
  });

  it('know an office and a union, and start programs that are there', () => {
    const of = (profile: string) => all.filter(([, { profiles }]) => profiles?.includes(profile)).map(([name]) => name);
    expect(of('office')).toEqual(['postgres', 'migrate', 'api', 'projector', 'reporter']);
    expect(of('union')).toEqual(expect.arrayContaining(['postgres', 'redis', 'eventstore', 'projector-2']));
    for (const [, { command = [] }] of ours) {
      const source = command[1]?.replace(/^dist\/(.*)\.js$/, '$1.ts') ?? '';
      expect(readFileSync(source, 'utf8')).toContain('runMain');
    }
  });

  it('keep the names under which data lies already, whoever reads them', () => {
    for (const [volume, { name }] of Object.entries(volumes)) expect(name).toBe(`rastro_${volume}`);
    expect(readFileSync('docker/.env', 'utf8')).toMatch(/^COMPOSE_PROJECT_NAME=rastro$/m);
  });
});

const compose = (...asked: string[]) =>
  spawnSync('docker-compose', ['-f', 'docker/compose.yaml', ...asked], { encoding: 'utf8' });
const isHere = compose('version').status === 0;

(isHere ? describe : describe.skip)(`docker-compose${isHere ? '' : ' (skipped: it is not here)'}`, () => {
  it.each(['office', 'union'])('takes the profile %s', (profile) => {
    const { status, stderr } = compose('--profile', profile, 'config', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the image', () => {
  it('is built in two stages, from a version, and runs as nobody special', () => {
    const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
    expect(dockerfile.match(/^FROM node:\d+\.\d+\.\d+-\S+/gm)).toHaveLength(2);
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});
