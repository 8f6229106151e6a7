import type { X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect } from 'chai';
import sinon from 'sinon';
import { startEdge } from './support/start-edge';

const LIVENESS = '/.backstage/health/v1/liveness';

describe('HTTPS', () => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = process.cwd();
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'forklift-https-')));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  const start = (backend: object) => startEdge({ config: { backend } });
  const generated = { https: true, baseUrl: 'https://portal.acme.com:7007' };

  it('uses a certificate that is made and kept for the host of the backend', async () => {
    const file = join(folder, '.dev-cert.pem');
    const first = await start(generated);
    const certificate = await peerCertificate(first.port);
    await first.stop();
    expect(certificate.checkHost('portal.acme.com')).to.equal('portal.acme.com');
    expect(certificate.checkHost('localhost')).to.equal('localhost');
    expect(certificate.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(first.logger.messages('info')).to.include('Generating new self-signed certificate');

    const second = await start(generated);
    const same = await peerCertificate(second.port);
    await second.stop();
    expect(same.fingerprint256).to.equal(certificate.fingerprint256);
    expect(second.logger.messages('info')).to.include('Using existing self-signed certificate');

    const moved = await start({ ...generated, baseUrl: 'https://other.acme.com' });
    const other = await peerCertificate(moved.port);
    await moved.stop();
    expect(other.checkHost('other.acme.com')).to.equal('other.acme.com');
  });

  it('renews a kept certificate five days before it expires', async () => {
    const day = 24 * 60 * 60 * 1000;
    await (await start(generated)).stop();
    for (const [days, message] of [
      [24, 'Using existing self-signed certificate'],
      [26, 'Generating new self-signed certificate'],
    ] as const) {
      const clock = sinon.useFakeTimers({ now: Date.now() + days * day, toFake: ['Date'] });
      try {
        const edge = await start(generated);
        await edge.stop();
        expect(edge.logger.messages('info')).to.include(message);
      } finally {
        clock.restore();
      }
    }
  });

  it('replaces a kept certificate that it cannot read', async () => {
    writeFileSync('.dev-cert.pem', 'no certificate');
    const edge = await start(generated);
    await edge.stop();
    expect(edge.logger.messages('warn')[0]).to.match(/^Unable to use existing self-signed cert/);
    expect(readFileSync('.dev-cert.pem', 'utf8')).to.match(/^-----BEGIN CERTIFICATE-----/);
  });

  it('uses a certificate from the configuration', async () => {
    const maker = await start(generated);
    await maker.stop();
    const pem = readFileSync('.dev-cert.pem', 'utf8');
    rmSync('.dev-cert.pem');
    const edge = await start({ https: { certificate: { cert: pem, key: pem } } });
    const certificate = await peerCertificate(edge.port);
    await edge.stop();
    expect(certificate.checkHost('portal.acme.com')).to.equal('portal.acme.com');
    expect(existsSync('.dev-cert.pem')).to.equal(false);
  });

  it('does not start with a certificate that is none', async () => {
    const failure = await start({ https: { certificate: { cert: 'c', key: 'k' } } }).catch(
      error => error,
    );
    expect(failure.message).to.match(/backend\.https\.certificate/);
    expect(failure.message).to.not.match(/'k'/);
  });
});

async function peerCertificate(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: LIVENESS, rejectUnauthorized: false }, response => {
      const certificate = (response.socket as TLSSocket).getPeerX509Certificate()!;
      response.resume().on('end', () => resolve(certificate));
    }).on('error', reject);
  });
}
