import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

createRequire(import.meta.url)('./suite.cjs')({
  describe,
  it,
  assertCalledOnce: fn => expect(fn).toHaveBeenCalledTimes(1),
});
