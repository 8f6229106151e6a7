import { timingSafeEqual } from 'node:crypto';
import { createExternalTokenHandler } from './external-token-handler';
import { readNonSpace } from './read-non-space';

const MIN_TOKEN_LENGTH = 8;

/** A token that is written down in the configuration. */
export const staticTokenHandler = createExternalTokenHandler({
  type: 'static',
  initialize({ options }) {
    return {
      expected: Buffer.from(readNonSpace(options, 'token', MIN_TOKEN_LENGTH)),
      subject: readNonSpace(options, 'subject'),
    };
  },
  async verifyToken(token, { expected, subject }) {
    const given = Buffer.from(token);
    // How long the comparison takes must not tell how much of the token is right.
    const equal = given.length === expected.length && timingSafeEqual(given, expected);
    return equal ? { subject } : undefined;
  },
});
