import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { LoggerService } from '../../api';

/** PEM texts, as `node:https` takes them. */
export interface Certificate {
  cert: string;
  key: string;
}

const DAY = 24 * 60 * 60 * 1000;
/** Alternative name types of X.509. */
const DNS = 2;
const IP = 7;

/**
 * A certificate for development, signed by nobody. It is kept in a file, so that a browser that was
 * told to trust it once stays content, and renewed five days before it expires.
 */
export async function getGeneratedCertificate(
  hostname: string,
  logger: LoggerService,
): Promise<Certificate> {
  const path = existsSync('node_modules')
    ? resolve('node_modules/.cache/backstage-backend/dev-cert.pem')
    : resolve('.dev-cert.pem');

  const kept = await readKept(path, hostname, logger);
  if (kept) {
    logger.info('Using existing self-signed certificate');
    return kept;
  }
  logger.info('Generating new self-signed certificate');
  const { cert, key } = await generate(hostname);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, cert + key, { mode: 0o600 });
  return { cert, key };
}

async function readKept(
  path: string,
  hostname: string,
  logger: LoggerService,
): Promise<Certificate | undefined> {
  if (!existsSync(path)) {
    return undefined;
  }
  try {
    const pem = await readFile(path, 'utf8');
    const certificate = new X509Certificate(pem);
    const lasts = new Date(certificate.validTo).getTime() - Date.now() > 5 * DAY;
    return lasts && covers(certificate, hostname) ? { cert: pem, key: pem } : undefined;
  } catch (error) {
    logger.warn(`Unable to use existing self-signed certificate, ${error}`);
    return undefined;
  }
}

function covers(certificate: X509Certificate, hostname: string): boolean {
  const host = bare(hostname);
  return Boolean(isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host));
}

async function generate(hostname: string): Promise<Certificate> {
  const { generate: selfSign } = require('selfsigned') as typeof import('selfsigned');
  const host = bare(hostname);
  const altNames = [
    { type: DNS, value: 'localhost' },
    { type: DNS, value: 'localhost.localdomain' },
    { type: IP, ip: '127.0.0.1' },
    { type: IP, ip: '::1' },
    { type: IP, ip: 'fe80::1' },
  ];
  if (!altNames.some(({ value, ip }) => value === host || ip === host)) {
    altNames.push(isIP(host) ? { type: IP, ip: host } : { type: DNS, value: host });
  }
  const { private: key, cert } = selfSign([{ name: 'commonName', value: 'dev-cert' }], {
    algorithm: 'sha256',
    keySize: 2048,
    days: 30,
    extensions: [
      {
        name: 'keyUsage',
        keyCertSign: true,
        digitalSignature: true,
        nonRepudiation: true,
        keyEncipherment: true,
        dataEncipherment: true,
      },
      {
        name: 'extKeyUsage',
        serverAuth: true,
        clientAuth: true,
        codeSigning: true,
        timeStamping: true,
      },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}

/** `new URL` keeps the brackets of IPv6 addresses, certificates have none. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
