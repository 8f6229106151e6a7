import { randomBytes } from 'node:crypto';

const PATTERN = /^forklift_test_(\d{1,12})_[0-9a-f]{16}$/;

/** Longer than any test run takes, in seconds. */
const LONGEST_RUN_S = 6 * 3600;

/** A name that no other database has, and that tells when it was given. */
export function testDatabaseName(): string {
  return `forklift_test_${nowS()}_${randomBytes(8).toString('hex')}`;
}

/** Tells whether a database is of a test run that is over, and was kept from dropping it. */
export function isLeftover(name: string): boolean {
  const givenS = PATTERN.exec(name)?.[1];
  return givenS !== undefined && nowS() - Number(givenS) > LONGEST_RUN_S;
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
