import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { ParityError } from './errors';
import type { ParitySubject } from './subject';

/** Milliseconds. */
const TIMEOUT = 10_000;

/**
 * Connects to a backend that runs elsewhere, to know that it is there and that its certificate is trusted.
 * Sends nothing.
 *
 * @throws ParityError SUBJECT_UNREACHABLE
 */
export async function reachSubject(subject: ParitySubject, signal?: AbortSignal): Promise<void> {
  const { protocol, hostname, port } = new URL(subject.baseUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'https:';
  const address = { host, port: Number(port || (isSecure ? 443 : 80)) };
  const socket = isSecure
    ? connectSecurely({ ...address, servername: isIP(host) ? '' : host, ca: subject.ca })
    : connect(address);
  const inTime = AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])]);
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: inTime });
  } catch (cause) {
    signal?.throwIfAborted();
    const { message, code = '' } = cause as NodeJS.ErrnoException;
    const fix = /CERT|SIGNATURE/.test(code) ? '. Name the certificates to trust with --ca' : '';
    const what = inTime.aborted ? `nothing within ${TIMEOUT / 1000} s` : message || code;
    throw new ParityError(
      'SUBJECT_UNREACHABLE',
      `The ${subject.name} backend does not answer at ${subject.baseUrl}: ${what}${fix}`,
      { cause },
    );
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}
