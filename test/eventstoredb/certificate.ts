import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = (process.env['PATH'] ?? '').split(':');

/** Why no certificate can be made, or undefined when one can. */
export const noCertificate: string | undefined = folders.some((folder) => existsSync(join(folder, 'openssl')))
  ? undefined
  : 'openssl is not installed';

export interface Certificate {
  readonly key: Buffer;
  readonly certificate: Buffer;
  /** Where the certificate lies: it signs itself, so it is its own authority. */
  readonly path: string;
}

/** A certificate for this machine alone, made when it is asked for and good for a day. */
export const makeCertificate = (): Certificate => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-certificate-'));
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', path], { stdio: 'ignore' });
  return { key: readFileSync(key), certificate: readFileSync(path), path };
};
